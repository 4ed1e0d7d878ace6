# Weights as R's package "survey" (Thomas Lumley) finds them, for tests/results/test_weighting.py.
#
#   Rscript tests/results/reference/raking.R > tests/results/reference/raking.json
#
# Needs the packages survey and MASS (which calibrate() calls). Every case is a list of respondents
# with equal base weights, written as the cells of its cross-classification.
#   raked:   rake(), until no cell of the table changes by more than 1e-13 of the total
#   bounded: calibrate(calfun = "raking", bounds = …), the truncated multiplicative method of
#            Deville and Särndal (1992); the bounds are times the mean weight
# Weights are divided by their mean. Kish's effective size is taken over the respondents.
suppressMessages({ library(MASS); library(survey) })

number <- function(x) sprintf("%.17g", x)
quoted <- function(x) paste0("\"", x, "\"")
array <- function(x) paste0("[", paste(x, collapse = ", "), "]")
object <- function(x) paste0("{", paste0(quoted(names(x)), ": ", x, collapse = ", "), "}")

kish <- function(w) { m <- mean(w); length(w) / (1 + mean((w - m)^2) / m^2) }

# The weight of each cell: all its respondents have the same.
of_cells <- function(w, cell) {
  means <- tapply(w / mean(w), cell, mean)
  stopifnot(max(abs(w / mean(w) - means[cell])) < 1e-9)
  object(list(weights = array(number(means)), effective = number(kish(w))))
}

# people: a data frame of factors; targets: for each of its columns a named vector of counts.
case <- function(name, people, targets, bounds) {
  design <- svydesign(ids = ~1, weights = rep(1, nrow(people)), data = people)
  formulas <- lapply(names(people), function(column) reformulate(column))
  frames <- lapply(names(people), function(column) {
    share <- targets[[column]] / sum(targets[[column]])
    table <- data.frame(names(share), Freq = as.vector(share) * nrow(people))
    names(table)[1] <- column
    table
  })
  raked <- rake(design, formulas, frames, control = list(maxit = 5000, epsilon = 1e-13))
  bounded <- lapply(bounds, function(b) {
    found <- calibrate(design, formulas, frames, calfun = "raking", bounds = b,
                       maxit = 5000, epsilon = 1e-12)
    list(b, as.vector(weights(found)))
  })
  cell <- as.integer(factor(do.call(paste, lapply(people, as.integer))))
  first <- match(seq_len(max(cell)), cell)
  object(list(
    name = quoted(name),
    counts = array(tabulate(cell)),
    categories = array(sapply(people, function(x) array(as.integer(x)[first] - 1))),
    targets = array(sapply(names(people), function(column)
      array(number(targets[[column]][levels(people[[column]])])))),
    raked = of_cells(as.vector(weights(raked)), cell),
    bounded = array(sapply(bounded, function(b)
      object(list(bounds = array(number(b[[1]])), found = of_cells(b[[2]], cell)))))
  ))
}

# 1. The example of rake()'s own help page: the schools of apiclus1, whose base weights are equal.
data(api)
schools <- case(
  "api", apiclus1[, c("stype", "sch.wide")],
  list(stype = c(E = 4421, H = 755, M = 1018), sch.wide = c(No = 1072, Yes = 5122)),
  list(c(0.9, 3), c(0.5, 1.8))
)

# 2. Readers of three profile items who lean far from their audience.
set.seed(20250123)
n <- 1500
age <- factor(sample(c("a18", "a30", "a45", "a60"), n, TRUE, c(0.34, 0.33, 0.21, 0.12)))
sex <- factor(ifelse(runif(n) < ifelse(age == "a60", 0.45, 0.7), "man", "woman"))
where <- factor(sample(c("city", "near", "far", "abroad"), n, TRUE, c(0.6, 0.25, 0.1, 0.05)))
readers <- case(
  "readers", data.frame(age, sex, where),
  list(age = c(a18 = 12.5, a30 = 21.5, a45 = 29, a60 = 37), sex = c(man = 47.8, woman = 52.2),
       where = c(city = 31, near = 33, far = 33, abroad = 3)),
  list(c(0.2, 5), c(0.25, 8), c(0.2, 4.5))
)

cat(object(list(
  made_with = quoted(paste0(R.version.string, ", survey ", packageVersion("survey"), ", MASS ",
                            packageVersion("MASS"))),
  cases = array(c(schools, readers))
)), "\n")
