package limits

import (
	"context"
	"slices"
	"sync"
	"time"
)

const minRepetitions = 3

// together runs work(0) .. work(threads-1) at the same time and returns how long it took until the
// last one was done.
func together(threads int, work func(thread int)) time.Duration {
	var done sync.WaitGroup
	start := time.Now()
	for thread := 1; thread < threads; thread++ {
		done.Go(func() { work(thread) })
	}
	work(0)
	done.Wait()
	return time.Since(start)
}

// repeat measures for the given time, after one repetition that fills the caches and is not counted.
// A repetition does amount units of work and says how long that took.
func repeat(ctx context.Context, budget time.Duration, amount float64, repetition func() time.Duration) (Rate, error) {
	repetition()
	var rates []float64
	for end := time.Now().Add(budget); len(rates) < minRepetitions || time.Now().Before(end); {
		if err := ctx.Err(); err != nil {
			return Rate{}, err
		}
		// A clock that stands still over a repetition, as coarse clocks do, tells nothing finer than
		// its step.
		took := max(repetition(), time.Nanosecond)
		rates = append(rates, amount/took.Seconds())
	}
	slices.Sort(rates)
	return Rate{Median: median(rates), Best: rates[len(rates)-1], Repetitions: len(rates)}, nil
}

// median is that of a sorted slice.
func median(sorted []float64) float64 {
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
