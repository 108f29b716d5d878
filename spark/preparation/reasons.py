"""Why a line is no row. The function that checks the data sets knows cures for them."""

LABEL = "the label is not a number"
FEATURE = "a feature is not a number"
LARGE_LABEL = "the label is too large to be squared in single precision"
LARGE_FEATURE = "a feature is too large for single precision"
COLUMNS = "the number of columns is wrong"
INDEX = "a libsvm index is not a positive integer"
ZERO = "a libsvm index is 0"
ORDER = "the libsvm indices are not ascending"
RANGE = "a libsvm index is above the number of features"
LENGTH = "the line is longer than 1 MiB"
# Of mixed tables alone.
QUOTE = "a quoted cell runs over the end of the line"
BOOLEAN = "a feature is neither true nor false"
DATE = "a feature is not a date like 2026-01-31"
TIMESTAMP = "a feature is not a time like 2026-01-31T23:59"
TIME = "the time is missing"
OF_PLAIN = (LABEL, FEATURE, LARGE_LABEL, LARGE_FEATURE, COLUMNS, INDEX, ZERO, ORDER, RANGE, LENGTH)
# libsvm whose labels are classes is read as a mixed table.
OF_MIXED = (*OF_PLAIN, QUOTE, BOOLEAN, DATE, TIMESTAMP, TIME)
REASONS = OF_MIXED
