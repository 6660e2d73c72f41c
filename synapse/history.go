package synapse

// history keeps the recent spikes of target neurons and the traces that they leave:
// K- ← K-·exp(-Δ/tau_minus) + 1 at each spike, Δ being the time since the neuron's last one, and for the
// triplet rule a second, slower trace of the same form.
type history struct {
	fast, slow *decay        // slow is nil for pair rules
	spikes     [][]postSpike // per neuron, in order of tick
	count      int           // spikes kept, all neurons together
}

// postSpike is a spike of a target neuron.
type postSpike struct {
	tick int64
	fast float64 // K- just after the spike
	slow float64 // slow trace just before the spike
}

func newHistory(targets int, fast, slow *decay) history {
	return history{fast: fast, slow: slow, spikes: make([][]postSpike, targets)}
}

// add notes a spike.
func (h *history) add(target uint32, tick int64) {
	list := h.spikes[target]
	s := postSpike{tick: tick, fast: 1}
	if n := len(list); n > 0 {
		last := list[n-1]
		s.fast += float64(last.fast * h.fast.at(tick-last.tick))
		if h.slow != nil {
			s.slow = float64((last.slow + 1) * h.slow.at(tick-last.tick))
		}
	}
	h.spikes[target] = append(list, s)
	h.count++
}

// upTo returns the kept spikes of a neuron with tick <= until.
func (h *history) upTo(target uint32, until int64) []postSpike {
	list := h.spikes[target]
	for len(list) > 0 && list[len(list)-1].tick > until {
		list = list[:len(list)-1]
	}
	return list
}

// after returns the end of a list that holds the spikes with tick > after.
func after(list []postSpike, after int64) []postSpike {
	i := len(list)
	for i > 0 && list[i-1].tick > after {
		i--
	}
	return list[i:]
}

// trace returns K- at a tick, counting only the spikes strictly before it. The list holds the
// spikes up to that tick.
func (h *history) trace(list []postSpike, tick int64) float64 {
	for i := len(list) - 1; i >= 0; i-- {
		if s := &list[i]; s.tick < tick {
			return float64(s.fast * h.fast.at(tick-s.tick))
		}
	}
	return 0
}

// forget drops the spikes that only lookups at a tick before cut could need: each neuron keeps
// those from tick cut on, and the last one before, for its trace.
func (h *history) forget(cut int64) {
	h.count = 0
	for target, list := range h.spikes {
		keep := len(list)
		for keep > 0 && list[keep-1].tick >= cut {
			keep--
		}
		if keep > 1 {
			list = list[:copy(list, list[keep-1:])]
			h.spikes[target] = list
		}
		h.count += len(list)
	}
}
