"""How the figures of a data room are made: what the method chapter of a report prints.

Every threshold is taken from the module that applies it, so that the words cannot drift away.
"""

from dataclasses import dataclass

from audits.facts import drifting, intervals, periods, trends

PERCENT = 100


@dataclass(frozen=True)
class Method:
    """One figure or verdict, how it is made, and where the formula comes from."""

    name: str
    how: str
    source: str


METHODS = (
    Method(
        "Accuracy, precision, recall and every other share",
        "Hits over rows, with the Wilson score interval at 95 %. All rows of a log count, repeated "
        "ids too, whose number is told.",
        "E. B. Wilson, JASA 22 (1927) 209-212",
    ),
    Method(
        "ROC AUC",
        "The chance that a positive row outranks a negative one, ties counting half; DeLong's "
        "variance on the logit scale.",
        "E. R. DeLong et al., Biometrics 44 (1988) 837-845; X. Sun and W. Xu, IEEE Signal "
        "Processing Letters 21 (2014) 1389-1393",
    ),
    Method(
        "F1, and the means over classes",
        f"The middle 95% of {intervals.DRAWS:,} seeded multinomial draws of the confusion counts; "
        "of more than two classes, the plain mean over them.",
        "B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993) chapter 13",
    ),
    Method(
        "MAE, RMSE and R²",
        "Means of errors by the central limit theorem; RMSE and R² by the delta method.",
        "L. Wasserman, All of Statistics (2004) 9.9",
    ),
    Method("Periods", periods.RULE, "Our rule; it is fixed before the figures are seen."),
    Method(
        "Decay",
        f"{trends.SPANS} A weighted line is fitted; its error is widened by the dispersion and the "
        "correlation of neighbouring spans. It is decay where p (two-sided) lies under "
        f"{trends.ALPHA} ({trends.ALPHA_ROUGH} where spans vary by more than their rows explain) "
        f"and the fall is at least {trends.MATERIAL * PERCENT:.0f} percentage point "
        f"of a share, or {trends.MATERIAL_RELATIVE * PERCENT:.0f}% of a mean error.",
        "P. McCullagh and J. Nelder, Generalized Linear Models (1989) 4.5; G. Bayley and "
        "J. Hammersley, JRSS 8 (1946) 184-197; M. Kendall, Biometrika 41 (1954) 403-404",
    ),
    Method(
        "Gaps between groups",
        "The difference of two groups with Newcombe's interval. A claimed gap is contradicted only "
        "where the lower limit lies above it, at 0.5% over all ordered pairs (Bonferroni), with "
        "30 labelled rows in each of the two.",
        "R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890",
    ),
    Method(
        "Drift",
        "Numbers by Kolmogorov-Smirnov, categories and missing values by chi-squared with rare "
        f"categories pooled so that {drifting.FEWEST_EXPECTED} rows are expected in each; p is "
        "corrected over all features by Holm. A feature has drifted where p lies under "
        f"{drifting.ALPHA} and at least {drifting.MATERIAL * PERCENT:.0f}% of the rows moved.",
        "S. Holm, Scand. J. Statist. 6 (1979) 65-70; W. G. Cochran, Biometrics 10 (1954) 417-451",
    ),
    Method(
        "Population stability index",
        f"Over {drifting.BINS} bins of equal rows of the reference, or over categories, each bin "
        "with half a row added. It is shown and decides nothing.",
        "N. Siddiqi, Credit Risk Scorecards (2006)",
    ),
    Method(
        "Traceability",
        "The share of all rows whose model version the registry has, and of those that lead on to "
        "a dataset. Versions are compared without `v`, `.0` and the model's name before them.",
        "Our rule",
    ),
    Method(
        "Leakage",
        "Hashes of all columns but ids. Near rows agree after rounding numbers to three "
        "significant digits and folding the spelling of text, or in all columns but one; "
        "either counts only where it tells 95% of the training rows apart.",
        "Our rule",
    ),
)
"""In the order in which a reader meets the figures."""
