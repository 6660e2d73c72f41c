// Package score holds the measures by which a classifier is judged from counts alone: the accuracy with
// its confidence interval, and recall, precision and F1 of every class.
//
//	p := score.Wilson(9643, 10_000)         // 0.9643 lies in [0.960, 0.968] with 95 % confidence
//	classes, err := score.Classes(names, confusion)
//	classes[7].Recall()                     // part of the sevens that are found
//
// Shares are numbers from 0 to 1. A measure that does not exist, such as the recall of a class without
// samples, is NaN and never 0: absence of data is not failure.
//
// Counts are exact, and every measure is a fixed formula of them, so that equal counts give equal bits.
package score
