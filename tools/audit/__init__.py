"""`make audit`: the Nu HTML checker on every page, Lighthouse on the article and the results."""
