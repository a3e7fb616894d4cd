# Judges weekly series by Farrington flexible and EARS of the R package `surveillance` (Debian: r-cran-surveillance).
#
# Input:  a CSV on the path given first: one series a line, counts of weeks, no heading. The second argument is how many of
#         the newest weeks to judge.
# Output: on the path given third, a line for each series and week: series, week (1 the oldest judged), score of Farrington
#         flexible (1 is its bound at alpha 0.01), scores of EARS C1 and C2 (standard deviations above the mean), and
#         whether C3 alarms at alpha 0.01.
suppressMessages(library(surveillance))
arguments <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(arguments[1], header = FALSE))
judged <- as.integer(arguments[2])
weeks <- ncol(counts)
range <- (weeks - judged + 1):weeks
z <- qnorm(0.99)
rows <- lapply(seq_len(nrow(counts)), function(i) {
    series <- sts(observed = as.numeric(counts[i, ]), start = c(2020, 1), frequency = 52)
    farrington <- rep(0, judged)
    try({
        result <- farringtonFlexible(series, control = list(
            range = range, b = 4, w = 3, noPeriods = 10, reweight = TRUE, weightsThreshold = 2.58,
            pastWeeksNotIncluded = 26, trend = TRUE, pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.01,
            limit54 = c(0, 4), verbose = FALSE))
        farrington <- as.numeric(control(result)$score)
    }, silent = TRUE)
    farrington[is.na(farrington)] <- 0
    ears <- function(method, alpha) as.numeric(upperbound(earsC(series, control = list(range = range, method = method, alpha = alpha))))
    score <- function(method) {
        high <- ears(method, 0.01)
        low <- ears(method, 0.1)
        deviation <- pmax((high - low) / (z - qnorm(0.9)), 1e-9)
        mean <- high - z * deviation
        (as.numeric(counts[i, range]) - mean) / deviation
    }
    c3 <- as.numeric(counts[i, range]) > ears("C3", 0.01)
    cbind(i, seq_len(judged), farrington, score("C1"), score("C2"), as.integer(c3))
})
write.table(do.call(rbind, rows), arguments[3], sep = ",", row.names = FALSE, col.names = FALSE)
