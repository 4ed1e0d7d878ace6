"""What stands where in a data package: names that its writer and its reader share."""

FORMAT = 1
"""Of the package. Whoever reads a higher number than this knows that something may be missing."""
ABOUT = "consultation"
"""The property of datapackage.json that the standard does not know: what `reproduce` needs."""

DESCRIPTOR, SUMS = "datapackage.json", "SHA256SUMS"
README, METHOD = "README.md", "method.md"
RELEASE, QUESTIONNAIRE = "release.json", "questionnaire.json"
FIGURES, ITEMS, CODEBOOK = "figures.csv", "items.csv", "codebook.csv"
COMPARISONS, TRENDS, RESPONSES = "comparisons.csv", "trends.csv", "responses.csv"

ALWAYS = frozenset(
    (DESCRIPTOR, SUMS, README, METHOD, RELEASE, QUESTIONNAIRE, FIGURES, ITEMS, CODEBOOK)
)
SOMETIMES = frozenset((COMPARISONS, TRENDS, RESPONSES))
