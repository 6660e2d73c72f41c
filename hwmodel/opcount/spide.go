package opcount

import "fmt"

// SPIDE is a ring of spiking layers that is trained by implicit differentiation, with the spikes of both
// stages on one sample (spide.md §1–§4), as plain data from which the work is recounted.
type SPIDE struct {
	ForwardTicks, BackwardTicks int
	Layers                      []SPIDELayer
	Blocks                      []SPIDEBlock
	// Drive has the values of a constant input, which drives every tick; nil for an input of spikes.
	Drive []float64
	// DriveSpikes counts, for each input, the ticks of the forward stage in which it is not 0, for an
	// input that changes.
	DriveSpikes []int64
	// DriveRate is the mean of that input over the ticks.
	DriveRate []float64
	// DriveGraded says that the changing input has values other than 0 and 1, which multiply.
	DriveGraded bool
	// Error is the gradient g of the loss by the rates of the last layer, an analogue current in every
	// tick of the backward stage.
	Error []float64
	// Outputs is the number of outputs of a dense readout of the last layer's rates; 0 is none.
	Outputs int
}

// SPIDELayer is a layer of neurons and of the ternary couples that they become.
type SPIDELayer struct {
	Name string
	// Spikes counts the spikes of each neuron in the forward stage, BackSpikes those of each couple of
	// either sign in the backward stage. Nil is a stage that did not take place.
	Spikes, BackSpikes []int64
	// Rate is the rate a of each neuron, and Error the error m⊙β behind the gates, of each couple. The
	// gate of a couple is open where 0 < Rate < 1.
	Rate, Error []float64
	// Updates and BackUpdates count updates of membranes, and Leaky says that they multiply.
	Updates, BackUpdates int64
	Leaky                bool
}

// SPIDEBlock is the synapses from one layer to another.
type SPIDEBlock struct {
	Name string
	Map  Map
	// From and To are places in the list of layers; From is −1 for the input block.
	From, To int
	// Fixed says that the weights are not trained. Those of a pooling never are.
	Fixed bool
}

// Training recounts the work on the sample:
//
//	forward adds   Σ_blocks Σ_t spikes of the sender at t × fan-out
//	backward adds  Σ_blocks Σ_t ternary spikes at t behind open gates × fan-in,
//	               and T_B additions of each entry of g that is not 0
//	update MACs    Σ_blocks synapses between a rate and an error that are not 0
//
// The spikes of the last tick that are still on their way through the feedback are included. Synapses of
// weight zero do not pass spikes but are updated.
func (s SPIDE) Training() (Training, error) {
	t := Training{Rule: "spide", Samples: 1, Ticks: int64(s.ForwardTicks)}
	if len(s.Layers) == 0 || s.ForwardTicks < 1 || s.BackwardTicks < 0 || s.Outputs < 0 || max(s.BackwardTicks, s.Outputs) > MaxNeurons {
		return t, fmt.Errorf("opcount: %d layers, %d forward and %d backward ticks, %d outputs, want at least 1, 1, 0 and 0, none above %d",
			len(s.Layers), s.ForwardTicks, s.BackwardTicks, s.Outputs, MaxNeurons)
	}
	for _, l := range s.Layers {
		t.Layers = append(t.Layers, TrainedLayer{Name: l.Name, Updates: l.Updates, BackUpdates: l.BackUpdates, Leaky: l.Leaky})
	}
	for k, b := range s.Blocks {
		work, err := s.block(b)
		if err != nil {
			return Training{}, fmt.Errorf("opcount: block %d %q: %w", k, b.Name, err)
		}
		t.Blocks = append(t.Blocks, work)
	}
	t.ErrorAdds = int64(s.BackwardTicks) * active(NonZero(s.Error))
	if s.Outputs > 0 {
		t.ReadoutSynapses = int64(s.Outputs) * int64(len(s.Layers[len(s.Layers)-1].Spikes))
		t.ReadoutMACs = t.ReadoutSynapses
		if s.BackwardTicks > 0 {
			t.ReadoutMACs *= 3 // also the gradients of its weights and of the rates
		}
	}
	return t, t.Validate()
}

func (s SPIDE) block(b SPIDEBlock) (TrainedBlock, error) {
	if b.Map == nil || b.From < -1 || b.From >= len(s.Layers) || b.To < 0 || b.To >= len(s.Layers) {
		return TrainedBlock{}, fmt.Errorf("map %T from layer %d to %d, want a map and layers 0 to %d, or -1 for the input", b.Map, b.From, b.To, len(s.Layers)-1)
	}
	synapses, err := b.Map.analyse()
	if err != nil {
		return TrainedBlock{}, err
	}
	work := TrainedBlock{Name: b.Name, Synapses: synapses.Total}
	if synapses.pool {
		work.Synapses = 0 // nothing to multiply in a conventional network
	}
	rate, err := s.forward(&work, b, synapses)
	if err != nil {
		return TrainedBlock{}, err
	}
	to := s.Layers[b.To]
	if b.From >= 0 {
		if work.Backward, err = to.sent(synapses, s.BackwardTicks); err != nil {
			return TrainedBlock{}, err
		}
	}
	if b.Fixed || synapses.pool || to.Error == nil {
		return work, nil
	}
	if len(rate) != synapses.Sources || len(to.Error) != synapses.Targets {
		return TrainedBlock{}, fmt.Errorf("%d rates and %d errors, want %d and %d", len(rate), len(to.Error), synapses.Sources, synapses.Targets)
	}
	work.UpdateMACs = synapses.pairs(NonZero(rate), NonZero(to.Error))
	return work, nil
}

// forward counts the events of the forward stage and returns the rates of the sources.
func (s SPIDE) forward(work *TrainedBlock, b SPIDEBlock, synapses *Synapses) ([]float64, error) {
	count, rate := s.DriveSpikes, s.DriveRate
	switch {
	case b.From >= 0:
		from := s.Layers[b.From]
		count, rate = from.Spikes, from.Rate
	case s.Drive != nil:
		work.Constant, work.Graded = true, true
		rate = s.Drive
		count = make([]int64, len(s.Drive))
		for i, x := range s.Drive {
			if x != 0 {
				count[i] = int64(s.ForwardTicks)
			}
		}
	default:
		work.Graded = s.DriveGraded
	}
	var err error
	if work.Forward, err = events(count, synapses.FanOut, s.ForwardTicks); err != nil {
		return nil, err
	}
	if work.Constant {
		work.DriveMACs = work.Forward / int64(s.ForwardTicks)
		work.DriveAdds, err = product(int64(s.ForwardTicks), int64(synapses.Targets))
	}
	return rate, err
}

// sent counts the events of the couples whose gates are open, on their way from the targets of a block to
// its sources.
func (l SPIDELayer) sent(synapses *Synapses, ticks int) (int64, error) {
	if l.BackSpikes == nil {
		return 0, nil
	}
	if len(l.Rate) != len(l.BackSpikes) {
		return 0, fmt.Errorf("layer %q has %d rates for %d couples", l.Name, len(l.Rate), len(l.BackSpikes))
	}
	open := make([]int64, len(l.BackSpikes))
	for j, n := range l.BackSpikes {
		if 0 < l.Rate[j] && l.Rate[j] < 1 {
			open[j] = n
		}
	}
	return events(open, synapses.FanIn, ticks)
}

// events counts spikes times synapses; no neuron has more spikes than there are ticks.
func events(spikes, fan []int64, ticks int) (int64, error) {
	if len(spikes) != len(fan) {
		return 0, fmt.Errorf("spikes of %d neurons, want %d", len(spikes), len(fan))
	}
	var sum tally
	for i, n := range spikes {
		if n < 0 || n > int64(ticks) {
			return 0, fmt.Errorf("%d spikes of neuron %d, want 0 to %d, one a tick", n, i, ticks)
		}
		sum.add(n, fan[i])
	}
	return sum.n, sum.err()
}
