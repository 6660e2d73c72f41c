package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"time"

	"couplet/internal/dataset"
	"couplet/internal/dense"
	"couplet/internal/rng"
	"couplet/learning/bptt"
	"couplet/learning/ottt"
	"couplet/learning/train"
)

// trainFigure is the speed of a training.
type trainFigure struct {
	Group        string  `json:"group"`
	Network      string  `json:"network"`
	Rule         string  `json:"rule"`
	Batch        int     `json:"batch"`
	Workers      int     `json:"workers"`
	ForwardRate  float64 `json:"forward_rate,omitempty"`  // spikes per neuron and tick
	BackwardRate float64 `json:"backward_rate,omitempty"` // spikes per couple and tick of the backward stage
	PerSecond    float64 `json:"samples_per_second"`
	// PerCoreSecond is 0 on systems that do not tell the time of their processors.
	PerCoreSecond float64 `json:"samples_per_core_second,omitempty"`
	Reference     float64 `json:"reference_samples_per_core_second,omitempty"`
	Ratio         float64 `json:"ratio,omitempty"`
}

// measure trains with as many workers as parts of a mini-batch and takes the medians over the steps.
func (s trainSetting) measure(ctx context.Context, workers int, budget time.Duration) (trainFigure, error) {
	f := trainFigure{
		Group: s.group, Network: s.network, Rule: s.rule, Batch: s.config.Batch, Workers: workers, Reference: s.reference,
	}
	c := s.config
	c.Parts = min(workers, c.Batch)
	pool, err := dense.NewPool(workers)
	if err != nil {
		return f, err
	}
	defer pool.Close()
	session, err := train.New(c, &train.Parts{Train: drawImages(2*c.Batch, s.side).repeated(stepsAtMost * c.Batch), Normalise: dataset.MNISTNormalisation()}, pool)
	if err != nil {
		return f, err
	}
	var last train.Progress
	wall, processor, err := stepTimes(budget, func() (more bool, err error) {
		last, err = session.Step(ctx)
		return !session.EpochDone(), err
	})
	if err != nil {
		return f, err
	}
	f.ForwardRate, f.BackwardRate = last.Last.Work.Rate(), last.Last.Work.ErrorRate()
	f.PerSecond = float64(c.Batch) / wall
	if processor > 0 {
		f.PerCoreSecond = float64(c.Batch) / processor
		if s.reference > 0 {
			f.Ratio = f.PerCoreSecond / s.reference
		}
	}
	return f, nil
}

// stepsAtMost ends a measurement whose steps take next to nothing.
const stepsAtMost = 1000

// stepTimes makes steps for the given time, but at least three, after one that does not count, and returns
// the medians of their times in seconds: by the clock, and of all processors together. The latter is 0 where
// the system does not tell.
func stepTimes(budget time.Duration, step func() (more bool, err error)) (wall, processor float64, err error) {
	runtime.GC() // what was measured before does not count
	more, err := step()
	var byClock, byProcessor []float64
	for end := time.Now().Add(budget); more && err == nil && (len(byClock) < 3 || time.Now().Before(end)); {
		start := time.Now()
		before, _ := cpuTime()
		more, err = step()
		byClock = append(byClock, max(time.Since(start), time.Nanosecond).Seconds())
		if after, known := cpuTime(); known {
			byProcessor = append(byProcessor, max(after-before, time.Microsecond).Seconds())
		}
	}
	return medianOf(byClock), medianOf(byProcessor), err
}

// medianOf is the upper median of numbers, which it sorts; 0 of none.
func medianOf(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.Sort(x)
	return x[len(x)/2]
}

// images are generated samples of ten classes, which may repeat.
type images struct {
	pixels [][]float32
	side   int
	length int
}

// inkShare is the part of the pixels of MNIST that are not 0.
const inkShare = 0.19

// drawImages draws square images of strokes: a pen of 3×3 pixels goes one pixel on in a random direction until
// as large a part of the image has ink as in MNIST.
func drawImages(n, side int) *images {
	d := &images{side: side, length: n}
	for i := range n {
		random := rng.NewKey(1, rng.Test, uint64(i)).Stream()
		pixels := make([]float32, side*side)
		row, col := uint64(side/2), uint64(side/2)
		for ink := 0; ink < int(inkShare*float64(len(pixels))); {
			for k := range 9 {
				at := (int(row)-1+k/3)*side + int(col) - 1 + k%3
				if pixels[at] == 0 {
					pixels[at] = float32(0.36 + 0.64*random.NextFloat64()) // in the mean that of the ink of MNIST
					ink++
				}
			}
			row = min(max(row+random.NextBelow(3)-1, 1), uint64(side-2))
			col = min(max(col+random.NextBelow(3)-1, 1), uint64(side-2))
		}
		d.pixels = append(d.pixels, pixels)
	}
	return d
}

// repeated makes so many samples of the images.
func (d *images) repeated(n int) *images { return &images{d.pixels, d.side, n} }

// Len implements [dataset.Dataset].
func (d *images) Len() int { return d.length }

// Shape implements [dataset.Dataset].
func (d *images) Shape() []int { return []int{1, d.side, d.side} }

// Classes implements [dataset.Dataset].
func (d *images) Classes() []string {
	names := make([]string, 10)
	for k := range names {
		names[k] = strconv.Itoa(k)
	}
	return names
}

// Label implements [dataset.Dataset].
func (d *images) Label(i int) int { return i % 10 }

// Sample implements [dataset.Dataset].
func (d *images) Sample(i int, dst []float32) (int, error) {
	copy(dst, d.pixels[i%len(d.pixels)])
	return d.Label(i), nil
}

// memoryFigures is the live heap of a training step against the number of ticks.
type memoryFigures struct {
	Network string         `json:"network"`
	Batch   int            `json:"batch"`
	Ticks   []memoryFigure `json:"ticks"`
	// GrowthPercent is by how much the largest live heap of OTTT_A exceeds the smallest.
	GrowthPercent float64 `json:"ottt_growth_percent"`
}

// memoryFigure is the live heap for a number of ticks, in bytes.
type memoryFigure struct {
	Ticks int   `json:"ticks"`
	OTTT  int64 `json:"ottt"`
	BPTT  int64 `json:"bptt"`
	// Computed tells that BPTT was computed: the history would be large.
	Computed bool `json:"bptt_computed,omitempty"`
	// The authors' code, in the same setting.
	ReferenceOTTT int64 `json:"reference_ottt,omitempty"`
	ReferenceBPTT int64 `json:"reference_bptt,omitempty"`
}

// largestHistory is the most that is allocated for a history that is to be measured.
const largestHistory = 512 << 20

// benchMemory measures the live heap at the optimiser step, where all that a batch needs is there.
func benchMemory(ctx context.Context, small bool) (*memoryFigures, error) {
	side, batch, ticks := imageSide(small), 128, []int{6, 12, 24, 48, 1000}
	if small {
		batch, ticks = smallBatch, []int{6, 12}
	}
	m := &memoryFigures{Network: mlpName(small), Batch: batch}
	network, err := ottt.NewFC(side*side, hidden(small), hidden(small), 10).Network()
	if err != nil {
		return nil, err
	}
	x, labels := batchOf(drawImages(batch, side))
	for _, t := range ticks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := memoryOf(network, t, x, labels)
		if err != nil {
			return nil, fmt.Errorf("memory of %d ticks: %w", t, err)
		}
		switch {
		case small:
		case t == 6:
			f.ReferenceOTTT, f.ReferenceBPTT = 29_000_000, 43_500_000
		case t == 48:
			f.ReferenceOTTT, f.ReferenceBPTT = 30_100_000, 146_000_000
		}
		m.Ticks = append(m.Ticks, f)
	}
	m.GrowthPercent = growth(m.Ticks)
	return m, nil
}

// growth is by how many percent the largest live heap of OTTT_A exceeds the smallest.
func growth(list []memoryFigure) float64 {
	least, most := list[0].OTTT, list[0].OTTT
	for _, f := range list {
		least, most = min(least, f.OTTT), max(most, f.OTTT)
	}
	return 100 * float64(most-least) / float64(max(least, 1))
}

// batchOf reads all images.
func batchOf(d *images) (x []float32, labels []int) {
	size := d.side * d.side
	x, labels = make([]float32, d.Len()*size), make([]int, d.Len())
	for i := range labels {
		labels[i], _ = d.Sample(i, x[i*size:][:size])
	}
	dataset.MNISTNormalisation().Apply(x, []int{1, d.Len() * d.side, d.side})
	return x, labels
}

// memoryOf measures OTTT_A and back-propagation through time with one number of ticks.
func memoryOf(network ottt.Network, ticks int, x []float32, labels []int) (memoryFigure, error) {
	f := memoryFigure{Ticks: ticks}
	l := instantaneous
	l.Ticks = ticks
	b := ottt.Batch{Samples: len(labels), Training: true, Loss: l}
	before := liveHeap()
	online, err := ottt.New[float32](network)
	if err != nil {
		return f, err
	}
	if err := online.Initialise(1); err != nil {
		return f, err
	}
	_, err = online.Learn(ottt.Accumulate, b, x, labels, func() error {
		f.OTTT = liveHeap() - before
		return nil
	})
	if err != nil {
		return f, err
	}
	runtime.KeepAlive(online)
	online = nil

	before = liveHeap()
	through, err := bptt.New[float32](network)
	if err != nil {
		return f, err
	}
	if err := through.Initialise(1); err != nil {
		return f, err
	}
	if h := through.HistoryBytes(ticks, len(labels)); h > largestHistory {
		f.Computed, b.Loss.Ticks = true, 1
		f.BPTT = h - through.HistoryBytes(1, len(labels))
	}
	_, err = through.Learn(b, x, labels, func() error {
		f.BPTT += liveHeap() - before
		return nil
	})
	runtime.KeepAlive(through)
	return f, err
}

// liveHeap is the size of all objects on the heap that are in use.
func liveHeap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one leaves what finalizers and pools held
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
