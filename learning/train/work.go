package train

// Work is what a rule has done, in exact counts. A synaptic event is an activity that is not silent
// meeting a synapse.
type Work struct {
	Samples int64
	// Forward counts synaptic events of spikes on their way to the readout, Backward those of errors
	// on their way back, Update the multiply-adds of the weight gradient.
	Forward, Backward, Update int64
	Layers                    []LayerWork
}

// LayerWork counts the spikes of one population.
type LayerWork struct {
	Name    string
	Neurons int64
	// Spikes and Errors are those of the forward and the backward stage; without spikes on the way
	// back there are no Errors.
	Spikes, Errors int64
	// Ticks and ErrorTicks are the ticks of the stages, summed over the samples.
	Ticks, ErrorTicks int64
}

// Rate is the mean number of spikes per neuron and tick.
func (l LayerWork) Rate() float64 { return ratio(l.Spikes, l.Neurons*l.Ticks) }

// ErrorRate is the mean number of spikes of the backward stage per couple and tick.
func (l LayerWork) ErrorRate() float64 { return ratio(l.Errors, l.Neurons*l.ErrorTicks) }

func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// add adds the counts of another batch of the same network.
func (w *Work) add(b Work) {
	w.Samples += b.Samples
	w.Forward += b.Forward
	w.Backward += b.Backward
	w.Update += b.Update
	if w.Layers == nil {
		w.Layers = make([]LayerWork, len(b.Layers))
	}
	for i, l := range b.Layers {
		to := &w.Layers[i]
		to.Name, to.Neurons = l.Name, l.Neurons
		to.Spikes += l.Spikes
		to.Errors += l.Errors
		to.Ticks += l.Ticks
		to.ErrorTicks += l.ErrorTicks
	}
}

// Rate is the mean firing rate over all populations, weighted by their neurons.
func (w Work) Rate() float64 {
	var spikes, places int64
	for _, l := range w.Layers {
		spikes += l.Spikes
		places += l.Neurons * l.Ticks
	}
	return ratio(spikes, places)
}

// ErrorRate is the mean firing rate of the backward stage.
func (w Work) ErrorRate() float64 {
	var spikes, places int64
	for _, l := range w.Layers {
		spikes += l.Errors
		places += l.Neurons * l.ErrorTicks
	}
	return ratio(spikes, places)
}
