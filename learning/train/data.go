package train

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"couplet/internal/dataset"
)

// Data says what a network learns from, and how it is divided.
type Data struct {
	// Set is the name of a data set, see [dataset.Names].
	Set string
	// Path is its folder or file; "" for sets that are fetched, installed or generated.
	Path string
	// First restricts training to the first so many training samples; 0 takes all.
	First int
	// Validation is taken by the seed from the training samples, and Test from the whole set, if it has no test
	// part of its own, or in the case of nmnist if Path is a single folder or zip file of recordings.
	Validation, Test Share
	// Samples is the number of samples of each part of a generated set.
	Samples int
	// Framing makes frames of event recordings.
	Framing dataset.Framing
	// Normalise brings values to mean 0 and deviation 1.
	Normalise Normalisation
	// Augment changes the training samples at random.
	Augment []dataset.Augmentation
}

// Share is a part of a data set: a number of samples if it is at least 1, a fraction below. 0 is none.
type Share float64

// of is the number of samples of the share of n.
func (s Share) of(n int) int {
	if s < 1 {
		return int(float64(s) * float64(n))
	}
	return int(s)
}

// Normalisation is a choice of the constants that values are shifted and scaled by.
type Normalisation string

const (
	// NoNormalisation leaves values alone.
	NoNormalisation Normalisation = "none"
	// Usual takes the constants that are usual for the data set: mnist and cifar10.
	Usual Normalisation = "usual"
	// Measured takes mean and deviation of the training samples.
	Measured Normalisation = "measured"
)

// Parts are the samples of a run. Validation is nil if there is none.
type Parts struct {
	Train, Validation, Test dataset.Dataset
	Normalise               *dataset.Normalisation
	close                   []func() error
}

// Close closes the files of the data.
func (p *Parts) Close() error {
	var list []error
	for _, f := range p.close {
		list = append(list, f())
	}
	return errors.Join(list...)
}

// hasTestPart tells whether the set comes with a test part.
func (d Data) hasTestPart() bool {
	switch d.Set {
	case "mnist", "fashion-mnist", "cifar10", "yinyang":
		return true
	case "nmnist":
		return d.Test == 0
	}
	return false
}

func (d Data) validate() error {
	var list []error
	report := func(format string, a ...any) { list = append(list, fmt.Errorf("train: data."+format, a...)) }
	if !slices.Contains(dataset.Names(), d.Set) {
		report("set: %q, want one of %v", d.Set, dataset.Names())
	}
	if d.First < 0 {
		report("first: %d, want at least 1, or 0 for all", d.First)
	}
	if !(d.Validation >= 0) || !(d.Test >= 0) {
		report("validation: shares must be at least 0 (%g, %g)", float64(d.Validation), float64(d.Test))
	}
	if own := d.hasTestPart(); own && d.Test != 0 {
		report("test: %s has a test part of its own; leave it out", d.Set)
	} else if !own && d.Test == 0 {
		report("test: %s has no test part; say which share of it is for testing, such as 0.2", d.Set)
	}
	switch d.Normalise {
	case NoNormalisation, Measured:
	case Usual:
		if d.Set != "mnist" && d.Set != "cifar10" {
			report("normalise: nothing is usual for %s; want measured or none", d.Set)
		}
	default:
		report("normalise: %q, want usual, measured or none", d.Normalise)
	}
	return errors.Join(list...)
}

// Open finds, reads and divides the data. The context stops a download.
func (d Data) Open(ctx context.Context, seed uint64) (*Parts, error) {
	parts := &Parts{}
	if err := d.open(ctx, seed, parts); err != nil {
		return nil, errors.Join(err, parts.Close())
	}
	return parts, nil
}

// read opens one published part.
func (d Data) read(ctx context.Context, seed uint64, part dataset.Part, parts *Parts) (dataset.Dataset, error) {
	opened, err := dataset.Open(ctx, dataset.Spec{
		Name: d.Set, Path: d.Path, Part: part, Framing: d.Framing, Samples: d.Samples,
		Random: dataset.Random{Seed: seed},
	})
	if err != nil {
		return nil, err
	}
	parts.close = append(parts.close, opened.Close)
	return opened.Dataset, nil
}

func (d Data) open(ctx context.Context, seed uint64, parts *Parts) error {
	random := dataset.Random{Seed: seed}
	var err error
	if d.hasTestPart() {
		if parts.Train, err = d.read(ctx, seed, dataset.Train, parts); err != nil {
			return err
		}
		if parts.Test, err = d.read(ctx, seed, dataset.Test, parts); err != nil {
			return err
		}
	} else {
		whole, err := d.read(ctx, seed, dataset.Whole, parts)
		if err != nil {
			return err
		}
		if parts.Test, parts.Train, err = divide(random, whole, "test", d.Test); err != nil {
			return err
		}
	}
	if d.First > 0 {
		if d.First > parts.Train.Len() {
			return fmt.Errorf("train: data.first: %d samples of %d training samples; want at most that", d.First, parts.Train.Len())
		}
		if parts.Train, err = dataset.First(parts.Train, d.First); err != nil {
			return err
		}
	}
	if d.Validation > 0 {
		if parts.Validation, parts.Train, err = divide(random, parts.Train, "validation", d.Validation); err != nil {
			return err
		}
	}
	if err := dataset.RequireEveryClass(parts.Train); err != nil {
		return err
	}
	parts.Normalise, err = d.normalisation(parts.Train)
	return err
}

// divide takes a share out of a data set by the seed.
func divide(random dataset.Random, d dataset.Dataset, name string, s Share) (taken, rest dataset.Dataset, err error) {
	n := s.of(d.Len())
	if n < 1 || n >= d.Len() {
		return nil, nil, fmt.Errorf("train: data.%s: %d of %d samples; want at least 1, and something left to learn from", name, n, d.Len())
	}
	parts, err := random.SplitCounts(d, n, d.Len()-n)
	if err != nil {
		return nil, nil, err
	}
	return parts[0], parts[1], nil
}

// normalisation chooses the constants.
func (d Data) normalisation(samples dataset.Dataset) (*dataset.Normalisation, error) {
	switch {
	case d.Normalise == Measured:
		return dataset.Statistics(samples)
	case d.Normalise == Usual && d.Set == "mnist":
		return dataset.MNISTNormalisation(), nil
	case d.Normalise == Usual:
		return dataset.CIFAR10Normalisation(), nil
	}
	return nil, nil
}
