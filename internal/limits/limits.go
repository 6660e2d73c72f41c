package limits

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"time"

	"couplet/internal/mem"
)

// Options say what to measure and for how long. The zero value is a good choice.
type Options struct {
	// Threads are the numbers of threads to measure with, 1..1024 each. None: 1, 2, 4, .. and
	// GOMAXPROCS.
	Threads []int
	// Footprints are the sizes of the randomly updated array in bytes, for each thread an array of
	// its own: ascending powers of two from 64 B to 1 GiB. None: 16 KiB .. 64 MiB in steps of four.
	Footprints []int
	// StreamBytes is how much memory all threads together read as a stream, 4 KiB to 64 GiB. It
	// should be several times the last cache. 0: 256 MiB.
	StreamBytes int
	// Budget is the time that each measurement takes, about. At least three
	// repetitions are made of everything, however long they take. 0: 1.5 s.
	Budget time.Duration
}

// Rate is a measured speed. Per second and in all threads together: updates for RandomUpdates, bytes
// for StreamReads, operations for FMAPeak and MulAddPeak.
type Rate struct {
	Threads     int
	Bytes       int     // footprint of one thread (RandomUpdates); bytes read in a repetition (StreamReads); else 0
	Median      float64 // median over the repetitions
	Best        float64 // fastest repetition
	Repetitions int
}

// Limits are the measured limits of a machine.
type Limits struct {
	Updates []Rate // ordered by threads, then bytes
	Reads   []Rate // ordered by threads
}

// Measure measures both limits, RandomUpdates first. It ends early with the error of ctx.
func Measure(ctx context.Context, o Options) (Limits, error) {
	updates, err := RandomUpdates(ctx, o)
	if err != nil {
		return Limits{}, err
	}
	reads, err := StreamReads(ctx, o)
	if err != nil {
		return Limits{}, err
	}
	return Limits{Updates: updates, Reads: reads}, nil
}

// UpdatesAt is the median rate of random updates, in updates per second of all threads together, on
// arrays of the given size in bytes for each thread. Between two measured sizes it goes linearly with
// the logarithm of the size; outside the measured range it is the rate at the end. It is NaN if
// nothing was measured with so many threads.
func (l Limits) UpdatesAt(bytes, threads int) float64 {
	rate, below := math.NaN(), 0
	for _, r := range l.Updates {
		if r.Threads != threads {
			continue
		}
		if bytes <= r.Bytes {
			if below == 0 {
				return r.Median
			}
			share := math.Log(float64(bytes)/float64(below)) / math.Log(float64(r.Bytes)/float64(below))
			return rate + share*(r.Median-rate)
		}
		rate, below = r.Median, r.Bytes
	}
	return rate
}

// ReadsAt is the median rate of stream reads, in bytes per second of all threads together, or NaN if
// nothing was measured with so many threads.
func (l Limits) ReadsAt(threads int) float64 {
	for _, r := range l.Reads {
		if r.Threads == threads {
			return r.Median
		}
	}
	return math.NaN()
}

const (
	minFootprint, maxFootprint     = 64, 1 << 30
	minStreamBytes, maxStreamBytes = 4 << 10, 64 << 30
	maxThreads                     = 1024
)

// complete fills in what the options leave open and reports all that is wrong with them.
func (o Options) complete() (Options, error) {
	var errs []error
	if len(o.Threads) == 0 {
		o.Threads = threadCounts(runtime.GOMAXPROCS(0))
	}
	if len(o.Footprints) == 0 {
		o.Footprints = []int{16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20}
	}
	if o.StreamBytes == 0 {
		o.StreamBytes = 256 << 20
	}
	if o.Budget == 0 {
		o.Budget = 1500 * time.Millisecond
	}
	last := 0
	for _, n := range o.Threads {
		if n < 1 || n > maxThreads {
			errs = append(errs, fmt.Errorf("limits: number of threads must be 1..%d (%d)", maxThreads, n))
		} else if n <= last {
			errs = append(errs, fmt.Errorf("limits: numbers of threads must ascend (%d after %d)", n, last))
		}
		last = n
	}
	last = 0
	for _, n := range o.Footprints {
		if n < minFootprint || n > maxFootprint || bits.OnesCount(uint(n)) != 1 {
			errs = append(errs, fmt.Errorf("limits: footprint must be a power of two from %d to %d bytes (%d)", minFootprint, maxFootprint, n))
		} else if n <= last {
			errs = append(errs, fmt.Errorf("limits: footprints must ascend (%d after %d)", n, last))
		}
		last = n
	}
	if n := int64(o.StreamBytes); n < minStreamBytes || n > maxStreamBytes {
		errs = append(errs, fmt.Errorf("limits: stream must have %d to %d bytes (%d)", minStreamBytes, int64(maxStreamBytes), n))
	}
	if o.Budget < 0 {
		errs = append(errs, fmt.Errorf("limits: budget must not be negative (%v)", o.Budget))
	}
	return o, errors.Join(errs...)
}

// affordable tells whether a measurement that needs so many bytes of memory would get them. Where the
// system does not say what is available, the attempt decides.
func affordable(bytes uint64) error {
	if available, ok := mem.Available(); ok && bytes > available {
		return fmt.Errorf("limits: %s of memory needed, measure with fewer threads or smaller arrays (%s available)",
			mem.FormatBytes(bytes), mem.FormatBytes(available))
	}
	return nil
}

// threadCounts is 1, 2, 4, .. and most.
func threadCounts(most int) []int {
	var counts []int
	for n := 1; n < most; n *= 2 {
		counts = append(counts, n)
	}
	return append(counts, most)
}
