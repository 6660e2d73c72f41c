package event

import (
	"errors"
	"fmt"
	"slices"

	"couplet/learning/layer"
	"couplet/learning/spide"
	"couplet/learning/wire"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"
)

// The names of the readout in a network that [Export] writes, and of the recorder of its potential.
const (
	ReadoutName = "readout"
	LogitsName  = "logits"
)

// neverFires is a threshold that no membrane reaches.
const neverFires = 1e300

// Export writes the forward stage of a trained ring down with one sample, as a network of the engine that
// stands for itself: nothing learns in it, nothing is dropped, and it can be saved as a network file. It runs
// for T_F ticks.
//
// The input x is one frame that is held, as a constant current, or T_F frames, one after the other. Frames
// become spikes of a population of their own, and so have whole numbers only, see [wire.Frames].
//
// Populations are called layer0, layer1 and so on, and their spikes are recorded. The readout computes on spikes
// what the head of the ring makes of the rates a = Σ λ^(T−t)·s[t] / Z, Z = Σ λ^(T−t): a membrane that leaks
// as the neurons do, never fires, and receives W/Z with every spike and b/Z in every tick. Its potential u
// after T_F ticks is W·a + b, the logits. After t ticks it is Z_t/Z times those of the rates until then. It
// is recorded after every tick under [LogitsName].
func Export(c spide.Config, ring spide.Ring[float64], x []float64) (*sim.Network, error) {
	if ring.Readout == nil {
		return nil, errors.New("event: the ring has no readout to export")
	}
	e := &exporter{config: c, ring: ring}
	executor, err := spide.NewOn[float64](c, ring, e)
	if err != nil {
		return nil, err
	}
	if e.blocks, err = blocksOf(ring); err != nil {
		return nil, err
	}
	if err := e.show(executor, x); err != nil {
		return nil, err
	}
	return e.net, nil
}

// exporter writes a network down instead of running a sample. As an engine of the executor it is given what the
// sample needs: the constant current and the factors on the weights.
type exporter struct {
	config spide.Config
	ring   spide.Ring[float64]
	blocks []*block
	frames []float64 // nil for a frame that is held
	net    *sim.Network
}

// show has the executor show the sample.
func (e *exporter) show(executor *spide.Executor[float64], x []float64) error {
	in, ticks := e.blocks[0].in(), e.config.ForwardTicks
	switch len(x) {
	case in:
		return executor.Forward(spide.Pass{}, x, 1)
	case ticks * in:
		e.frames = x
		return executor.ForwardFrames(spide.Pass{}, func(t int) []float64 { return x[t*in:][:in] }, 1)
	}
	return fmt.Errorf("event: an input of %d values, want %d, or %d for frames of %d ticks", len(x), in, ticks*in, ticks)
}

// Run implements [spide.Engine].
func (e *exporter) Run(s *spide.Sample[float64]) error {
	e.net = sim.NewNetwork("spide", sim.StepGrid())
	e.net.RunMs = float64(e.config.ForwardTicks)
	var layers []*sim.Population
	if e.frames != nil {
		source, err := wire.Frames(e.frames, e.blocks[0].in())
		if err != nil {
			return err
		}
		layers = append(layers, e.population("input", e.ring.Input.Map.InShape(), source))
	}
	model := neuron.RestLIF{VTh: e.config.Threshold, VRest: e.config.Rest, Lambda: e.config.Leak}
	depth := len(e.blocks) - 1
	for i, b := range e.blocks[:depth] {
		p := e.population(fmt.Sprintf("layer%d", i), b.m.OutShape(), model)
		p.Precision = sim.Float64
		if current := e.currentOf(i, s); !zero(current) {
			e.drive(p, current)
		}
		if len(layers) > 0 {
			e.link(layers[len(layers)-1], p, b.wires, s.Scales[i], 0)
		}
		layers = append(layers, p)
	}
	last := layers[len(layers)-1]
	if b := e.blocks[depth]; b != nil {
		e.link(last, layers[len(layers)-depth], b.wires, s.Scales[depth], 1)
	}
	return e.readout(last)
}

// population adds a population whose spikes are recorded.
func (e *exporter) population(name string, shape []int, model neuron.Model) *sim.Population {
	p := e.net.Population(name, layer.Size(shape), model)
	if len(shape) > 1 {
		p.Shape = slices.Clone(shape)
	}
	e.net.RecordSpikes(p)
	return p
}

// currentOf is the constant current into a layer: that of the sample, with the bias of its block, or the bias.
func (e *exporter) currentOf(i int, s *spide.Sample[float64]) []float64 {
	switch b := e.blocks[i]; {
	case i == 0 && e.frames == nil:
		return slices.Clone(s.Current)
	case b.wires.Biased():
		return b.wires.Bias(nil)
	}
	return nil
}

// zero tells whether no current flows.
func zero(current []float64) bool {
	return !slices.ContainsFunc(current, func(x float64) bool { return x != 0 })
}

// drive adds a constant current into a population.
func (e *exporter) drive(p *sim.Population, current []float64) {
	e.net.Stimulate(p, sim.DC{Amplitude: synapse.Listed(current)}).Name = "current into " + p.Name
}

// link adds a block as synapses, with a factor on the weights.
func (e *exporter) link(from, to *sim.Population, w *wire.Wires[float64], factor float64, delay int) {
	rule, static := wire.Static(w.Rule(wire.Forward), w.Weights(wire.Forward, factor, nil), delay)
	e.net.Project(from, to, rule, static)
}

// readout adds the readout of the rates of the last layer.
func (e *exporter) readout(last *sim.Population) error {
	w, err := wire.Of(e.ring.Readout)
	if err != nil {
		return fmt.Errorf("event: the readout: %w", err)
	}
	share := 1 / RateWeight(e.config.Leak, e.config.ForwardTicks)
	p := e.net.Population(ReadoutName, w.Targets(wire.Forward), neuron.StepLIF{VTh: neverFires, Lambda: e.config.Leak})
	p.Precision = sim.Float64
	e.net.RecordVariable(p, "u", 0).Name = LogitsName
	bias := w.Bias(nil)
	for i := range bias {
		bias[i] = float64(bias[i] * share)
	}
	if !zero(bias) {
		e.drive(p, bias)
	}
	e.link(last, p, w, share, 0)
	return nil
}

// RateWeight is Z_t = Σ_{k<t} λ^k, by which t ticks of spikes become a rate.
func RateWeight(leak float64, ticks int) float64 {
	sum := 0.0
	for range ticks {
		sum = float64(leak*sum) + 1
	}
	return sum
}
