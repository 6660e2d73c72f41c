package opcount

import (
	"errors"
	"fmt"
)

// Network is a network as the methods of the literature see it: maps, what arrives at them, and neurons
// behind them. How the layers hang together is not part of it, since each layer knows its own input: a
// recurrent projection or a skip connection is one more layer, without neurons of its own.
type Network struct {
	// Steps is the number of time steps T of an inference.
	Steps int
	// Samples is the number of inferences that the inputs belong to; 0 means 1.
	Samples int
	Layers  []Layer
}

// Layer is a map with its input, and what lies behind it.
type Layer struct {
	Name  string
	Map   Map
	Input Input
	// Bias says that every target gets a bias in every step.
	Bias bool
	// Norm says that every target is normalised in every step, and not through folded weights.
	Norm bool
	// Neurons are those that the targets feed; the zero value is none, as behind a readout.
	Neurons Neurons
}

// Neurons are the neurons of a layer, one for every target.
type Neurons struct {
	Kind NeuronKind
	// EventDriven says that neurons are updated only when something reaches them; Touched is the number
	// of those updates in all steps of all samples. Neurons driven by a clock are updated in every
	// step.
	EventDriven bool
	Touched     int64
}

// NeuronKind tells the arithmetic of an update.
type NeuronKind uint8

const (
	// NoNeurons is a layer that ends in its map.
	NoNeurons NeuronKind = iota
	// NoLeak integrates: an update adds, or subtracts the threshold.
	NoLeak
	// SubtractiveLeak takes a constant off: an update adds.
	SubtractiveLeak
	// MultiplicativeLeak decays: an update multiplies and adds.
	MultiplicativeLeak
)

// samples is the number of inferences.
func (n Network) samples() int { return max(n.Samples, 1) }

// validate reports sizes out of range.
func (n Network) validate() error {
	if n.Steps < 1 || n.Steps > MaxNeurons {
		return fmt.Errorf("opcount: %d steps, want 1 to %d", n.Steps, MaxNeurons)
	}
	if n.Samples < 0 || n.Samples > MaxNeurons {
		return fmt.Errorf("opcount: %d samples, want 1 to %d, or 0 for one", n.Samples, MaxNeurons)
	}
	if len(n.Layers) == 0 {
		return errors.New("opcount: a network without layers")
	}
	return nil
}

// updates counts the updates of neurons in so many steps.
func (n Neurons) updates(targets int, calls int64) (int64, error) {
	if n.Kind > MultiplicativeLeak {
		return 0, fmt.Errorf("neurons of unknown kind %d", n.Kind)
	}
	if n.Kind == NoNeurons {
		if n.EventDriven || n.Touched != 0 {
			return 0, errors.New("updates of neurons where there are none")
		}
		return 0, nil
	}
	all, err := product(int64(targets), calls)
	if err != nil || !n.EventDriven {
		if n.Touched != 0 {
			err = errors.Join(err, fmt.Errorf("%d touched neurons where the clock drives all", n.Touched))
		}
		return all, err
	}
	if n.Touched < 0 || n.Touched > all {
		return 0, fmt.Errorf("%d touched neurons, want 0 to %d: at most %d in each of %d steps", n.Touched, all, targets, calls)
	}
	return n.Touched, nil
}
