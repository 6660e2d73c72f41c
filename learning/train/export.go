package train

import (
	"fmt"
	"strings"

	"couplet/internal/dataset"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	otttevent "couplet/learning/ottt/event"
	"couplet/learning/spide"
	spideevent "couplet/learning/spide/event"
	"couplet/sim"
)

// Exported is a trained network with one sample of the data, written down as a network of the event engine.
type Exported struct {
	// Network has static synapses and records the spikes of its populations and the readout. It runs for the
	// ticks of the rule.
	Network *sim.Network
	// Label is the class of the sample, one of Classes.
	Label   int
	Classes []string

	rates func(ticks int) float64 // what the readout after so many ticks counts; nil for one that is summed up
}

// Export writes the network down with a sample, normalised as in training, from the present parameters, and in
// float64 throughout: a network that was trained in float32 may spike differently where a membrane comes
// within rounding of the threshold. Frames must have whole numbers, which come as spikes.
//
// What was learned by the rules OTTT and BPTT is written by [otttevent.Export], what was learned by SPIDE
// by [spideevent.Export].
func (s *Session) Export(d dataset.Dataset, sample int) (*Exported, error) {
	if sample < 0 || sample >= d.Len() {
		return nil, fmt.Errorf("train: sample %d of %d; want one from 0 to %d", sample, d.Len(), d.Len()-1)
	}
	x, label, err := s.sample(d, sample)
	if err != nil {
		return nil, err
	}
	input, _, err := s.config.shapeOf(d)
	if err != nil {
		return nil, err
	}
	e := &Exported{Label: label, Classes: d.Classes()}
	params, _ := s.learner.state()
	if s.config.Network.Ring != nil {
		rule := s.config.Rule.SPIDE.Config
		weight := spideevent.RateWeight(rule.Leak, rule.ForwardTicks)
		e.rates = func(ticks int) float64 { return weight / spideevent.RateWeight(rule.Leak, ticks) }
		e.Network, err = s.config.exportRing(input, len(e.Classes), params, x)
	} else {
		e.Network, err = s.config.exportOnline(input, len(e.Classes), params, x)
	}
	if err != nil {
		return nil, fmt.Errorf("train: sample %d: %s", sample, strings.TrimPrefix(strings.TrimPrefix(err.Error(), "event: "), "wire: "))
	}
	e.Network.Name, e.Network.Seed = s.config.Name, s.config.Seed
	return e, nil
}

// sample reads a sample as [Session.Evaluate] does.
func (s *Session) sample(d dataset.Dataset, sample int) ([]float64, int, error) {
	batches, err := dataset.NewBatches(d, dataset.BatchOptions{Size: 1, Random: dataset.Random{Seed: s.config.Seed}, Normalise: s.data.Normalise})
	if err != nil {
		return nil, 0, err
	}
	x, labels := batches.Buffers()
	if _, err := batches.Load(0, sample, x, labels); err != nil {
		return nil, 0, err
	}
	return convert[float64](nil, x), labels[0], nil
}

// exportOnline writes a network of package ottt down.
func (c Config) exportOnline(input []int, classes int, params []optim.Column, x []float64) (*sim.Network, error) {
	description, err := c.Network.describe(input, classes)
	if err != nil {
		return nil, err
	}
	net, err := ottt.New[float64](description)
	if err != nil {
		return nil, err
	}
	if err := setParams(net.Params(), params); err != nil {
		return nil, err
	}
	net.Changed()
	return otttevent.Export(net, x, c.Rule.Ticks())
}

// exportRing writes a ring down.
func (c Config) exportRing(input []int, classes int, params []optim.Column, x []float64) (*sim.Network, error) {
	network, rule := *c.Network.Ring, c.Rule.SPIDE.Config
	network.Input, network.Classes = input, classes
	rule.Seed = c.Seed
	ring, err := spide.BuildRing[float64](network)
	if err != nil {
		return nil, err
	}
	if err := setParams(ring.Params(), params); err != nil {
		return nil, err
	}
	return spideevent.Export(rule, ring, x)
}

// Outputs are the outputs by which a class is predicted, from what a run of the network has recorded: the sum of
// the logits of all ticks, or the logits of the rates. After a part of the run they are those of that part;
// nil before the first tick.
func (e *Exported) Outputs(traces []*sim.Trace) ([]float64, error) {
	for _, t := range traces {
		if t.Recorder.Name != otttevent.LogitsName {
			continue
		}
		ticks := len(t.Ticks)
		if ticks == 0 {
			return nil, nil
		}
		outputs := make([]float64, len(e.Classes))
		if e.rates != nil {
			for k, v := range t.Row(ticks - 1) {
				outputs[k] = float64(v * e.rates(ticks))
			}
			return outputs, nil
		}
		for tick := range ticks {
			for k, v := range t.Row(tick) {
				outputs[k] += v
			}
		}
		return outputs, nil
	}
	return nil, fmt.Errorf("train: the run has not recorded %q", otttevent.LogitsName)
}
