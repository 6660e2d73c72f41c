package hwmodel

import (
	"fmt"
	"math/big"
)

// RateLayer is a layer as the device table of keras-spiking sees it: by its size and a mean rate, not by
// counts.
type RateLayer struct {
	Name string
	// Connections of a dense layer are its weights times its spatial positions; of a convolution its
	// output elements times (kernel elements / output channels).
	Connections int64
	Neurons     int64
	InputHz     float64 // mean absolute input in events/s
}

// RateEstimate is the estimate for a layer.
type RateEstimate struct {
	Synaptic Energy // of the connections
	Neural   Energy // of the neurons
}

// Total is the sum of both.
func (e RateEstimate) Total() Energy { return e.Synaptic.Plus(e.Neural) }

// EstimateByRate is the estimate of keras-spiking (nengo/keras-spiking, ModelEnergy) for one inference of
// n steps of dt seconds:
//
//	E = E_synaptic · connections · rate · dt · n + E_neuron · neurons · n
//
// On a device that is not event-driven every connection is computed once, so that rate · dt = 1 and n = 1.
// It needs a profile that prices [SynapticOp] and [NeuronUpdate] themselves, such as keras_cpu or spinnaker. Unlike a
// bill it starts from mean rates: it is an estimate before anything was run.
func EstimateByRate(p *Profile, l RateLayer, dt float64, n int64) (RateEstimate, error) {
	synaptic, ok := p.Prices[SynapticOp]
	neural, also := p.Prices[NeuronUpdate]
	if !ok || !also {
		return RateEstimate{}, fmt.Errorf("hwmodel: profile %s does not price both synaptic_op and neuron_update", p.Name)
	}
	rate, step := new(big.Rat).SetFloat64(l.InputHz), new(big.Rat).SetFloat64(dt)
	if rate == nil || step == nil || rate.Sign() < 0 || step.Sign() <= 0 || n < 1 || l.Connections < 0 || l.Neurons < 0 {
		return RateEstimate{}, fmt.Errorf("hwmodel: layer %q: sizes and rate must be finite and not negative, dt and steps positive (%d connections, %d neurons, %g Hz, dt %g s, %d steps)",
			l.Name, l.Connections, l.Neurons, l.InputHz, dt, n)
	}
	events := new(big.Rat).Mul(rate, step)
	events.Mul(events, big.NewRat(n, 1))
	if !p.EventDriven {
		events, n = big.NewRat(1, 1), 1
	}
	return RateEstimate{
		Synaptic: synaptic.Energy.Times(l.Connections).scaled(events),
		Neural:   neural.Energy.Times(l.Neurons).Times(n),
	}, nil
}
