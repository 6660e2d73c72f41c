package event

import (
	"fmt"

	"couplet/learning/spide"
	"couplet/sim"
)

// Executor runs SPIDE with the two stages on the event engine, in float64 and one sample after another.
// Its method set is that of the batched executor, which holds the batch: masks, rates, gates, β,
// gradients and logits are computed there. It is for one goroutine.
type Executor struct {
	*spide.Executor[float64]
	engine *engine
}

// Option is a choice that never changes a spike.
type Option func(*engine)

// Hosted chooses how populations are updated: lazily, the default, where a neuron is touched when a
// spike reaches it or its current brings it to the threshold; or clocked, all of them in every tick.
func Hosted(h sim.Hosting) Option { return func(e *engine) { e.host = h } }

// Workers chooses the number of shards of the engine, each with a goroutine of its own while it runs. The
// default is 1.
func Workers(n int) Option { return func(e *engine) { e.workers = n } }

// New makes an executor. Errors say everything that is wrong with the description, and which map is no
// projection.
func New(c spide.Config, ring spide.Ring[float64], options ...Option) (*Executor, error) {
	engine := &engine{config: c, host: sim.LazyHosting, workers: 1}
	for _, o := range options {
		o(engine)
	}
	if engine.workers < 1 {
		return nil, fmt.Errorf("event: the number of workers must be at least 1 (%d)", engine.workers)
	}
	batched, err := spide.NewOn[float64](c, ring, engine)
	if err != nil {
		return nil, err
	}
	if engine.blocks, err = blocksOf(ring); err != nil {
		return nil, err
	}
	return &Executor{batched, engine}, nil
}

// Observe has f called for every layer of every sample in every tick, in the order of the updates; nil
// ends that. What f is given holds only during the call.
func (e *Executor) Observe(f func(Tick)) { e.engine.observe = f }

// Tick is a layer of one sample in one tick of a stage, after its update.
type Tick struct {
	Stage spide.Stage
	// Sample counts from 0 within the batch, Tick from 1 within the stage, Layer from 0 to N−1.
	Sample, Tick, Layer int
	// Spikes lists the neurons that fired, ascending; the top bit marks a spike of sign −1. In the
	// backward stage those behind closed gates are among them.
	Spikes []uint32
	// Membrane holds the potentials after reset and leak, and Charged those before them, of all neurons.
	Membrane, Charged []float64
}

// Activity counts the present batch as the batched executor does. Spikes, updates and synaptic events
// are the engine's own counts.
func (e *Executor) Activity() (spide.Activity, error) {
	a, err := e.Executor.Activity()
	if err != nil {
		return a, err
	}
	for stage := range e.engine.counted {
		e.engine.counted[stage].into(&a, spide.Stage(stage))
	}
	return a, nil
}
