package train

import (
	"fmt"

	"couplet/internal/dataset"
	"couplet/learning/layer"
	"couplet/learning/nio"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/spide"
)

// Initial refines the initial weights by NIO: one factor for each parameter, so that the gradients of
// different samples agree (see package nio).
type Initial struct {
	nio.Options
	// Batch is the number of samples of an iteration.
	Batch int
}

// NewInitial returns the choices of the released run, on batches of 64 samples.
func NewInitial() Initial { return Initial{Options: nio.NewOptions(), Batch: 64} }

func (i *Initial) validate() error {
	if i.Batch < 2 {
		return fmt.Errorf("train: initial.nio.batch: %d, want at least 2: samples are compared with each other", i.Batch)
	}
	if err := i.Validate(); err != nil {
		return fmt.Errorf("train: initial.nio: %w", err)
	}
	return nil
}

// refine runs NIO on a batched network in float64 and returns the parameters that it comes to. NIO looks at
// the gradients of the learning rule; those of back-propagation through time stand in for it by online ones.
func (c Config) refine(data *Parts) ([]optim.Column, nio.Report, error) {
	input, frames, err := c.shapeOf(data.Train)
	if err != nil {
		return nil, nio.Report{}, err
	}
	net, params, err := c.scalable(input, len(data.Train.Classes()))
	if err != nil {
		return nil, nio.Report{}, err
	}
	next, err := c.sampler(data, frames)
	if err != nil {
		return nil, nio.Report{}, err
	}
	report, err := nio.Init(net, next, c.Initial.Options)
	if err != nil {
		return nil, report, err
	}
	var columns []optim.Column
	for _, p := range params {
		columns = append(columns, columnOf(p))
	}
	return columns, report, nil
}

// scalable builds the network for NIO, with its initial weights.
func (c Config) scalable(input []int, classes int) (nio.Net, []*layer.Param[float64], error) {
	if c.Network.Ring != nil {
		return c.scalableRing(input, classes)
	}
	network, err := c.Network.describe(input, classes)
	if err != nil {
		return nil, nil, err
	}
	net, err := ottt.New[float64](network)
	if err != nil {
		return nil, nil, err
	}
	if err := net.Initialise(c.Seed); err != nil {
		return nil, nil, err
	}
	options := nio.OTTTOptions{Seed: c.Seed}
	if c.Rule.OTTT != nil {
		options.Loss = c.Rule.OTTT.Loss
	} else {
		options.Loss = c.Rule.BPTT.Loss
	}
	adapter, err := nio.NewOTTT(net, options)
	return adapter, net.Params(), err
}

func (c Config) scalableRing(input []int, classes int) (nio.Net, []*layer.Param[float64], error) {
	network := *c.Network.Ring
	network.Input, network.Classes = input, classes
	ring, err := spide.BuildRing[float64](network)
	if err != nil {
		return nil, nil, err
	}
	if err := spide.Initialise(network, ring, c.Seed); err != nil {
		return nil, nil, err
	}
	rule := c.Rule.SPIDE.Config
	rule.Seed = c.Seed
	e, err := spide.New(rule, ring)
	if err != nil {
		return nil, nil, err
	}
	adapter, err := nio.NewSPIDE(e, ring, nio.SPIDEOptions{MeanOver: c.Batch})
	return adapter, ring.Params(), err
}

// sampler hands out batches of training samples in an order of their own.
func (c Config) sampler(data *Parts, frames int) (nio.Sampler, error) {
	batches, err := dataset.NewBatches(data.Train, dataset.BatchOptions{
		Size: min(c.Initial.Batch, data.Train.Len()), Shuffle: true, DropLast: true,
		Random: dataset.Random{Seed: c.Seed, Set: 1}, Normalise: data.Normalise,
	})
	if err != nil {
		return nil, err
	}
	return func(iteration int) (nio.Batch, error) {
		x, labels := batches.Buffers()
		n, err := batches.Load(uint64(iteration/batches.Steps()), iteration%batches.Steps(), x, labels)
		if err != nil {
			return nio.Batch{}, err
		}
		input := convert[float64](nil, x)
		if frames > 0 {
			input = byTick(nil, input, n, frames)
		}
		return nio.Batch{Input: input, Labels: labels[:n], Step: uint64(iteration)}, nil
	}, nil
}
