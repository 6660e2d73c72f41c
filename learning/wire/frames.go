package wire

import (
	"fmt"

	"couplet/neuron"
)

// mostSpikes is the largest number of spikes of a source in a tick; the engine has room for no more.
const mostSpikes = 1 << 10

// Frames describes the source that plays frames of so many values each, one a tick from tick 1 on: a whole
// number k is k spikes of its neuron in the tick of its frame, whose synapses give W·k. It is an error if
// a frame has other numbers than 0, 1, …, 1024, which no spikes stand for.
func Frames(frames []float64, values int) (neuron.SpikeSource, error) {
	if values < 1 || len(frames) == 0 || len(frames)%values != 0 {
		return neuron.SpikeSource{}, fmt.Errorf("wire: %d numbers are no frames of %d values", len(frames), values)
	}
	times := make([][]float64, values)
	for k, x := range frames {
		tick, i := k/values+1, k%values
		if !(x >= 0 && x <= mostSpikes) || x != float64(int(x)) {
			return neuron.SpikeSource{}, fmt.Errorf("wire: frame %d has the value %g (index %d); only whole numbers from 0 to %d are spikes", tick, x, i, mostSpikes)
		}
		for range int(x) {
			times[i] = append(times[i], float64(tick))
		}
	}
	return neuron.NewSpikeSource(times...), nil
}
