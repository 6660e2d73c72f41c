package dataset

import (
	"fmt"

	"couplet/internal/rng"
)

// BatchOptions say how batches are made.
type BatchOptions struct {
	Size     int    // samples of a batch
	Shuffle  bool   // a new order in each epoch, instead of that of the data
	DropLast bool   // leave out the last batch of an epoch if it is not full
	Random   Random // for Shuffle and Augment
	// Augment changes each sample, one augmentation after the other, before it is
	// normalised. The random numbers follow from the epoch and the sample's number
	// in the data set given to NewBatches.
	Augment []Augmentation
	// Normalise is applied last; nil leaves the values alone.
	Normalise *Normalisation
}

// Batches cuts the epochs of a data set into batches. A batch depends on data,
// options, epoch and step alone, so that it can be loaded again after a restart.
// It is for one goroutine, for it remembers the order of the last epoch.
type Batches struct {
	data   Dataset
	opt    BatchOptions
	shape  []int
	volume int
	order  []int // of epoch
	epoch  uint64
	stream rng.Stream // scratch, so that a sample costs no allocation
}

// NewBatches checks the options against the data.
func NewBatches(d Dataset, opt BatchOptions) (*Batches, error) {
	if opt.Size < 1 {
		return nil, fmt.Errorf("dataset: batch size out of range (%d); valid is 1 to %d", opt.Size, d.Len())
	}
	if opt.Size > d.Len() {
		return nil, fmt.Errorf("dataset: batch is larger than the data (%d); there are %d samples", opt.Size, d.Len())
	}
	b := &Batches{data: d, opt: opt, shape: d.Shape(), order: make([]int, d.Len())}
	b.volume = Volume(b.shape)
	for _, a := range opt.Augment {
		if err := a.Check(b.shape); err != nil {
			return nil, err
		}
	}
	if opt.Normalise != nil {
		if err := opt.Normalise.Check(b.shape); err != nil {
			return nil, err
		}
	}
	b.arrange(0)
	return b, nil
}

// arrange puts the samples in the order of an epoch.
func (b *Batches) arrange(epoch uint64) {
	b.epoch = epoch
	if b.opt.Shuffle {
		b.opt.Random.Order(b.order, epoch)
		return
	}
	for i := range b.order {
		b.order[i] = i
	}
}

// Steps is the number of batches of an epoch.
func (b *Batches) Steps() int {
	if b.opt.DropLast {
		return b.data.Len() / b.opt.Size
	}
	return (b.data.Len() + b.opt.Size - 1) / b.opt.Size
}

// Shape is the extents of a sample. The caller must not change it.
func (b *Batches) Shape() []int { return b.shape }

// Buffers makes room for a batch, to be given to Load again and again.
func (b *Batches) Buffers() (x []float32, labels []int) {
	return make([]float32, b.opt.Size*b.volume), make([]int, b.opt.Size)
}

// Indices returns the numbers in the data set of the samples of a batch; valid
// until the next call of Indices or Load.
func (b *Batches) Indices(epoch uint64, step int) ([]int, error) {
	if step < 0 || step >= b.Steps() {
		return nil, fmt.Errorf("dataset: no such step (%d); an epoch has steps 0 to %d", step, b.Steps()-1)
	}
	if b.opt.Shuffle && epoch != b.epoch {
		b.arrange(epoch)
	}
	from := step * b.opt.Size
	return b.order[from:min(from+b.opt.Size, len(b.order))], nil
}

// Load writes a batch to x, [batch][shape of a sample], and labels, both of the
// lengths of Buffers, and returns its number of samples n: the batch size, or
// less for the last of an epoch. What lies beyond is left as it is. An error of
// a sample names its number.
func (b *Batches) Load(epoch uint64, step int, x []float32, labels []int) (n int, err error) {
	if len(x) != b.opt.Size*b.volume || len(labels) != b.opt.Size {
		return 0, fmt.Errorf("dataset: buffers have the wrong lengths (%d, %d); a batch of %d samples of shape %v needs %d, %d",
			len(x), len(labels), b.opt.Size, b.shape, b.opt.Size*b.volume, b.opt.Size)
	}
	samples, err := b.Indices(epoch, step)
	if err != nil {
		return 0, err
	}
	for k, i := range samples {
		if labels[k], err = b.sample(epoch, i, x[k*b.volume:(k+1)*b.volume]); err != nil {
			return 0, fmt.Errorf("dataset: epoch %d, step %d, sample %d: %w", epoch, step, i, err)
		}
	}
	return len(samples), nil
}

// sample loads one sample, augmented and normalised.
func (b *Batches) sample(epoch uint64, i int, dst []float32) (label int, err error) {
	if label, err = b.data.Sample(i, dst); err != nil {
		return 0, err
	}
	if len(b.opt.Augment) > 0 {
		b.stream = b.opt.Random.augment(epoch, i)
		for _, a := range b.opt.Augment {
			a.Apply(dst, b.shape, &b.stream)
		}
	}
	if b.opt.Normalise != nil {
		b.opt.Normalise.Apply(dst, b.shape)
	}
	return label, nil
}
