package event

import (
	"fmt"
	"slices"

	"couplet/learning/ottt"
	"couplet/learning/wire"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// LogitsName is the name of the recorder of the logits in a network that [Export] writes.
const LogitsName = "logits"

// neverFires is a threshold that no membrane reaches.
const neverFires = 1e300

// Export writes a network down with one sample, as a network of the engine that stands for itself: nothing
// learns in it, and it can be saved as a network file. It runs for the given number of ticks.
//
// The input x is one frame that is held, as a constant current, or a frame for each tick, one after the other.
// Frames become spikes of a population of their own, and so have whole numbers only, see [wire.Frames].
//
// Populations have the names of the description, and their spikes are recorded. The readout is a population
// whose membranes forget at once and never fire. Its u_pre after a tick is the logits of that tick, and is
// recorded under [LogitsName]. What is folded into the synapses is the same as in a [Net], but since nothing is
// learned behind a Sum, all Sums but the readout are: a classifier behind real values is a matrix for each
// way that leads there.
//
// The parameters of the network are taken as they are at the moment. Of the options, [MemoryLimit] counts.
func Export(network *ottt.Net[float64], x []float64, ticks int, options ...Option) (*sim.Network, error) {
	size := network.InputSize()
	switch {
	case ticks < 1:
		return nil, fmt.Errorf("event: a run of %d ticks, want at least 1", ticks)
	case len(x) != size && len(x) != ticks*size:
		return nil, fmt.Errorf("event: an input of %d values, want %d, or %d for frames of %d ticks", len(x), size, ticks*size, ticks)
	}
	if i := notFinite(x); i >= 0 {
		return nil, fmt.Errorf("event: the input is %g (index %d)", x[i], i)
	}
	twin, err := network.Twin()
	if err != nil {
		return nil, err
	}
	e := exporter{Net: &Net{parameters: twin, memory: defaultMemory, exported: true}, ticks: ticks}
	for _, o := range options {
		o(e.Net)
	}
	return e.export(x)
}

// Export writes the network down with one sample, as the function Export does.
func (n *Net) Export(x []float64, ticks int) (*sim.Network, error) {
	return Export(n.parameters, x, ticks, MemoryLimit(n.memory))
}

// exporter writes a network that is laid out.
type exporter struct {
	*Net
	ticks int
	to    *sim.Network
}

func (e *exporter) export(x []float64) (*sim.Network, error) {
	held := len(x) == e.parameters.InputSize()
	e.currentInput = held
	if err := e.layOut(); err != nil {
		return nil, err
	}
	e.to = sim.NewNetwork("ottt", sim.StepGrid())
	e.to.RunMs = float64(e.ticks)
	if held {
		copy(e.frame.value, x)
	} else if err := e.playInput(x); err != nil {
		return nil, err
	}
	e.addNeurons()
	if err := e.connect(); err != nil {
		return nil, err
	}
	if err := e.drive(); err != nil {
		return nil, err
	}
	return e.to, nil
}

// playInput adds the population that plays frames.
func (e *exporter) playInput(frames []float64) error {
	if e.currentInput { // layOut has done without the synapses of the input
		return fmt.Errorf("event: frames come as spikes, but the synapses of the input do not fit into %d bytes (see MemoryLimit)", e.memory)
	}
	source, err := wire.Frames(frames, e.parameters.InputSize())
	if err != nil {
		return err
	}
	e.injects = true
	e.input = e.to.Population(ottt.InputName, e.parameters.InputSize(), source)
	e.input.Shape = shapeOf(e.parameters.Network().Input)
	e.to.RecordSpikes(e.input)
	return nil
}

// addNeurons adds the populations of the description, and the readout.
func (e *exporter) addNeurons() {
	constants := e.parameters.Network().Neuron
	for _, d := range e.nodes {
		model := neuron.StepLIF{VTh: constants.Threshold, Lambda: constants.Lambda}
		switch {
		case d.measured:
			model = neuron.StepLIF{VTh: neverFires, Lambda: 0}
		case d.lif == nil:
			continue
		}
		d.population = e.to.Population(d.spec.Name, d.size, model)
		d.population.Precision = sim.Float64
		d.population.Shape = shapeOf(d.shape)
		if d.lif != nil {
			e.to.RecordSpikes(d.population)
		} else {
			e.to.RecordVariable(d.population, "u_pre", 0).Name = LogitsName
		}
	}
}

// shapeOf is the shape of a population: nil for one that is no image.
func shapeOf(shape []int) []int {
	if len(shape) < 2 {
		return nil
	}
	return slices.Clone(shape)
}

// connect adds the synapses of every path.
func (e *exporter) connect() error {
	e.Changed()
	for _, p := range e.paths {
		p.derive()
		if i := notFinite(p.weights); i >= 0 {
			return fmt.Errorf("event: a weight of %q is %g%s", p.name(), p.weights[i], e.culprit())
		}
		from := e.input
		if p.source != nil {
			from = p.source.population
		}
		rule, static := wire.Static(p.rule(), p.weights, p.delay())
		e.to.Project(from, p.target.population, rule, static)
	}
	return nil
}

// drive adds the currents that flow without any spike. The bias of a feedback flows from the second tick on:
// where there is one, a current of the first tick goes before.
func (e *exporter) drive() error {
	first, later := e.constants(0), e.constants(1)
	for i, d := range e.nodes {
		if d.population == nil {
			continue
		}
		if j := notFinite(later[i]); j >= 0 {
			return fmt.Errorf("event: the current into %q is %g%s", d.spec.Name, later[i][j], e.culprit())
		}
		if slices.Equal(first[i], later[i]) {
			e.current(d, first[i], 0, 0)
			continue
		}
		e.current(d, first[i], 0, 1)
		e.current(d, later[i], 1, 0)
	}
	return nil
}

// constants are the constant currents of all nodes, after a number of ticks.
func (e *exporter) constants(tick int) [][]float64 {
	e.tick = tick
	list := make([][]float64, len(e.nodes))
	for i, d := range e.nodes {
		if d.driven {
			e.sumConstants(d)
		}
		list[i] = slices.Clone(d.constant)
	}
	return list
}

// current adds a current that flows from the end of a tick to that of another, 0 for ever; none if it is 0.
func (e *exporter) current(d *node, amplitudes []float64, from, to int) {
	if !slices.ContainsFunc(amplitudes, func(a float64) bool { return a != 0 }) {
		return
	}
	s := e.to.Stimulate(d.population, sim.DC{Amplitude: synapse.Listed(amplitudes), StartMs: float64(from), StopMs: float64(to)})
	s.Name = "current into " + d.spec.Name
}
