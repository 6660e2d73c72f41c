package opcount

import "fmt"

// BreakEven is a published limit below which spikes are cheaper than numbers.
type BreakEven struct {
	Source string
	// Low and High bound the limit, in spikes per synapse and inference, or if Steps is not 0, in spikes
	// per neuron and step of so many steps.
	Low, High float64
	Steps     int
	// Against is what the source compares with.
	Against string
	// Grade is the grade of evidence as in hardware/README.md §1: "2nd" is taken from secondary sources.
	Grade string
}

// BreakEvens lists the limits in the order of their year. They differ by what is counted: the first
// counts little beside arithmetic, the others the traffic of memories as well.
func BreakEvens() []BreakEven {
	return []BreakEven{
		{
			Source: "S. Davidson, S. B. Furber, Comparison of artificial and spiking neural networks on digital hardware, Front. Neurosci. 15, 651141, 2021",
			Low:    1.72, High: 1.72, Against: "the network of numbers that it encodes, on the same silicon", Grade: "2nd",
		},
		{
			Source: "M. Dampfhoffer, T. Mesquida, A. Valentian, L. Anghel, Are SNNs really more energy-efficient than ANNs? An in-depth hardware-aware study, IEEE TETCI 7(3), 2023",
			Low:    0.15, High: 1.38, Against: "a network of numbers, memory accesses counted", Grade: "2nd",
		},
		{
			Source: "Z. Yan, Z. Bai, K. Tang, W.-F. Wong, Reconsidering the energy efficiency of spiking neural networks, arXiv 2409.08290, whose versions name 6.4 % (5 to 10 steps) and 5.7 % (5 steps)",
			Low:    0.06, High: 0.08, Steps: 6, Against: "a quantised network of numbers, data movement counted", Grade: "2nd",
		},
	}
}

// PerSynapse returns the bounds in spikes per synapse and inference.
func (e BreakEven) PerSynapse() (low, high float64) {
	if e.Steps == 0 {
		return e.Low, e.High
	}
	return e.Low * float64(e.Steps), e.High * float64(e.Steps)
}

// Side tells where a number of spikes per synapse and inference lies: -1 below the limit, where spikes
// win, 1 above, and 0 between its bounds, or for NaN.
func (e BreakEven) Side(spikesPerSynapse float64) int {
	low, high := e.PerSynapse()
	switch {
	case spikesPerSynapse < low:
		return -1
	case spikesPerSynapse > high:
		return 1
	}
	return 0
}

// String writes the limit with its source.
func (e BreakEven) String() string {
	low, high := e.PerSynapse()
	bounds := fmt.Sprintf("%.3g", low)
	if high != low {
		bounds = fmt.Sprintf("%.3g to %.3g", low, high)
	}
	if e.Steps > 0 {
		bounds += fmt.Sprintf(" (rate %g to %g, %d steps)", e.Low, e.High, e.Steps)
	}
	return fmt.Sprintf("%s against %s [%s]: %s", bounds, e.Against, e.Grade, e.Source)
}
