package limits

import (
	"context"
	"time"

	"couplet/internal/kernel"
)

// peakOperations is what one thread does in a repetition, about: 0.3 ms at 100 G operations a second.
const peakOperations = 32 << 20

// FMAPeak measures how many float32 operations per second the machine does when it does nothing but
// fused multiply-adds on registers, each counted as two operations: the limit of matrix products. It
// uses the instructions of kernel.Current(). Where there is no fused multiply-add it is MulAddPeak. The
// rates are ordered by threads.
func FMAPeak(ctx context.Context, o Options) ([]Rate, error) { return peak(ctx, o, true) }

// MulAddPeak measures the same for products and sums that are rounded one by one: the limit of matrix
// products that have the same bits on every machine. It equals FMAPeak where the processor adds and
// multiplies in different units, and is half of it where one unit does both.
func MulAddPeak(ctx context.Context, o Options) ([]Rate, error) { return peak(ctx, o, false) }

func peak(ctx context.Context, o Options, fused bool) ([]Rate, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	run, operations := multiplyAdd(kernel.Current(), fused)
	rounds := peakOperations / operations
	sums := make([]float32, o.Threads[len(o.Threads)-1]) // kept, or the compiler might compute nothing
	var rates []Rate
	for _, n := range o.Threads {
		r, err := repeat(ctx, o.Budget/time.Duration(len(o.Threads)), float64(n*rounds*operations), func() time.Duration {
			return together(n, func(thread int) { sums[thread] = run(rounds) })
		})
		if err != nil {
			return nil, err
		}
		r.Threads = n
		rates = append(rates, r)
	}
	return rates, nil
}

// The numbers that a multiply-add works with, x = x*half + one, stay near 2.
const half, one = 0.5, 1

// portableChains is the number of sums that mulAddPortable keeps going.
const portableChains = 8

// mulAddPortable is what plain Go does: portableChains products and sums in a round.
func mulAddPortable(rounds int) (sum float32) {
	var a, b, c, d, e, f, g, h float32
	for range rounds {
		a, b = float32(a*half)+one, float32(b*half)+one
		c, d = float32(c*half)+one, float32(d*half)+one
		e, f = float32(e*half)+one, float32(f*half)+one
		g, h = float32(g*half)+one, float32(h*half)+one
	}
	return a + b + c + d + e + f + g + h
}
