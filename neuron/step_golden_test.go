package neuron_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
)

// The golden vectors of OTTT and SPIDE were made with PyTorch by the reference code of the papers.
// Here every layer of every net is driven alone, with the spikes that the file records for the layer
// before it, and has to give the recorded spikes and membranes. Dense blocks are applied to the
// recorded spikes; for convolutional nets the charge is taken from the recorded membranes.

type goldenArray struct {
	Shape []int
	Data  []float64
}

type goldenVectors struct {
	Meta   map[string]any
	Arrays map[string]goldenArray
}

func readVectors(t *testing.T, data []byte) goldenVectors {
	var g goldenVectors
	require.NoError(t, json.Unmarshal(data, &g))
	return g
}

func (g goldenVectors) number(name string) float64 { return g.Meta[name].(float64) }

// dense tells whether the net is fully connected.
func (g goldenVectors) dense() bool { return g.Meta["kind"] == "fc" }

// layerRun is one layer with all it receives and has to give, for the samples of a batch side by side.
type layerRun struct {
	model     neuron.Model
	n, ticks  int
	bias      []float64             // per neuron; may be nil
	current   func(t int) []float64 // charge per neuron that is not from spikes; nil for none
	spikes    func(t int) []float64 // charge per neuron from spikes, in short binary fractions; nil for none
	pre, post []float64             // recorded membranes; post may be nil
	spike     []float64             // recorded spikes
	tolerance map[bool]float64      // by single precision; a precision not listed is not run
}

// spikeQuantum divides all weights of the vectors.
const spikeQuantum = 0x1p-24

func (l layerRun) check(t *testing.T) {
	for single, tolerance := range l.tolerance {
		for _, lazy := range []bool{false, true} {
			t.Run(fmt.Sprintf("single=%v,lazy=%v", single, lazy), func(t *testing.T) {
				l.play(t, single, lazy, tolerance)
			})
		}
	}
}

func (l layerRun) play(t *testing.T, single, lazy bool, tolerance float64) {
	b := neuron.Build{N: l.n, TickMs: 1, Single: single, Lazy: lazy}
	if l.bias != nil {
		b.Each = map[string][]float64{"I_e": l.bias}
	}
	state, err := l.model.Build(b)
	require.NoError(t, err)
	in := []neuron.Input{{Sum64: make([]int64, l.n), Quantum: spikeQuantum}}
	for k := range l.ticks {
		now := int64(k + 1)
		if l.current != nil {
			for i, x := range l.current(k) {
				if lazy {
					state.(neuron.Lazy).Advance(i, now-1)
				}
				state.SetCurrent(i, x)
			}
		}
		if l.spikes != nil {
			for i, x := range l.spikes(k) {
				in[0].Sum64[i] = int64(x / spikeQuantum)
				require.Equal(t, x, float64(in[0].Sum64[i])*spikeQuantum)
			}
		}
		var out neuron.Spikes
		if lazy {
			var list []uint32
			for i := range uint32(l.n) {
				if in[0].Sum64[i] != 0 || state.(neuron.Lazy).Wake(int(i)) <= now {
					list = append(list, i)
				}
			}
			state.(neuron.Lazy).Touch(now, list, in, &out)
		} else {
			state.(neuron.Clocked).Step(now, in, &out)
		}
		require.Equal(t, l.spike[k*l.n:(k+1)*l.n], trains(out, l.n), "spikes of step %d", now)
		for i := range l.n {
			require.InDelta(t, l.pre[k*l.n+i], state.Read(1, i, now), tolerance, "u_pre of unit %d in step %d", i, now)
			if l.post != nil {
				require.InDelta(t, l.post[k*l.n+i], state.Read(0, i, now), tolerance, "u of unit %d in step %d", i, now)
			}
		}
	}
}

// trains turns a spike list into -1, 0, 1 for each of n units.
func trains(out neuron.Spikes, n int) []float64 {
	q := make([]float64, n)
	for _, i := range out.Neurons {
		if i&neuron.Negative != 0 {
			q[i&^neuron.Negative] = -1
		} else {
			q[i] = 1
		}
	}
	return q
}

// through applies dense weights [out,in] to a batch of vectors side by side.
func through(w goldenArray, x []float64) []float64 {
	rows, columns := w.Shape[0], w.Shape[1]
	y := make([]float64, len(x)/columns*rows)
	for k := range y {
		sample, row := k/rows, k%rows
		for j := range columns {
			y[k] += w.Data[row*columns+j] * x[sample*columns+j]
		}
	}
	return y
}

// transposed swaps the axes of dense weights.
func transposed(w goldenArray) goldenArray {
	rows, columns := w.Shape[0], w.Shape[1]
	t := goldenArray{Shape: []int{columns, rows}, Data: make([]float64, len(w.Data))}
	for k, x := range w.Data {
		t.Data[k%columns*rows+k/columns] = x
	}
	return t
}

// slice is step t of an array whose first axis is time.
func (a goldenArray) slice(t int) []float64 {
	size := len(a.Data) / a.Shape[0]
	return a.Data[t*size : (t+1)*size]
}

// tiled repeats a bias for every sample of a batch.
func tiled(bias []float64, batch int) []float64 {
	var all []float64
	for range batch {
		all = append(all, bias...)
	}
	return all
}

// charges recovers the charge of every step from recorded membranes: what u_pre has more than the
// decayed u of the step before.
func charges(pre, post goldenArray, before float64) func(t int) []float64 {
	return func(t int) []float64 {
		x := make([]float64, len(pre.slice(0)))
		for i := range x {
			x[i] = pre.slice(t)[i]
			if t > 0 {
				x[i] -= before * post.slice(t - 1)[i]
			}
		}
		return x
	}
}

func TestGoldenOTTTNeurons(t *testing.T) {
	eachGolden(t, "ottt", func(t *testing.T, data []byte) {
		g := readVectors(t, data)
		model := neuron.StepLIF{VTh: g.number("v_th"), Lambda: g.number("decay")}
		batch := int(g.number("batch"))
		layers := 0
		for ; ; layers++ {
			name := fmt.Sprintf("lif%d", layers)
			pre, ok := g.Arrays[name+".u_pre"]
			if !ok {
				break
			}
			run := layerRun{
				model: model, ticks: pre.Shape[0], n: len(pre.slice(0)),
				pre: pre.Data, post: g.Arrays[name+".u_post"].Data, spike: g.Arrays[name+".spike"].Data,
				// "u 1e-12 absolute; in float32 use 1e-4 and expect equal spikes"
				tolerance: map[bool]float64{false: 1e-12, true: 1e-4},
			}
			if g.dense() {
				otttLayer(g, layers, batch, &run)
			} else {
				run.current = charges(pre, g.Arrays[name+".u_post"], model.Lambda)
			}
			t.Run(name, run.check)
		}
		require.NotZero(t, layers)
	})
}

// otttLayer gives a dense layer its weights, bias and input.
func otttLayer(g goldenVectors, layer, batch int, run *layerRun) {
	weights := g.Arrays[fmt.Sprintf("param.lin.%d.weight", layer)]
	if bias, ok := g.Arrays[fmt.Sprintf("param.lin.%d.bias", layer)]; ok {
		run.bias = tiled(bias.Data, batch)
	}
	x := g.Arrays["x"]
	switch {
	case layer > 0:
		spikes := g.Arrays[fmt.Sprintf("lif%d.spike", layer-1)]
		run.spikes = func(t int) []float64 { return through(weights, spikes.slice(t)) }
	case g.Meta["input"] == "spikes":
		run.spikes = func(t int) []float64 { return through(weights, x.slice(t)) }
	default: // one real-valued image for all steps
		run.current = func(int) []float64 { return through(weights, x.Data) }
	}
}

// spideNet has what the forward and the backward stage share.
type spideNet struct {
	goldenVectors
	layers, batch int
	lambda        float64
	tolerance     map[bool]float64
}

func readSPIDE(t *testing.T, data []byte) spideNet {
	g := readVectors(t, data)
	s := spideNet{
		goldenVectors: g, layers: int(g.number("layers")), batch: int(g.number("batch")), lambda: 1,
		// "IF cases match exactly, in float32 as in float64"
		tolerance: map[bool]float64{false: 0, true: 0},
	}
	if leak, leaky := g.Meta["leaky"].(float64); leaky {
		s.lambda = leak
		s.tolerance = map[bool]float64{false: 1e-9} // "do not use float32"
	}
	return s
}

// short tells whether all numbers are short binary fractions, as the README of the vectors promises
// but one file does not keep for the gradient that enters the backward stage.
func (a goldenArray) short() bool {
	for _, x := range a.Data {
		if math.Mod(x, 0x1p-16) != 0 {
			return false
		}
	}
	return true
}

// trace is a recording of the first steps of a stage.
func (s spideNet) trace(stage, what string, layer int) goldenArray {
	return s.Arrays[fmt.Sprintf("%s.T%d.%s%d", stage, int(s.number("trace_T")), what, layer)]
}

func (s spideNet) run(model neuron.Model, stage string, layer int) layerRun {
	pre := s.trace(stage, "u_pre", layer)
	return layerRun{
		model: model, ticks: pre.Shape[0], n: len(pre.slice(0)),
		pre: pre.Data, post: s.trace(stage, "u_post", layer).Data, spike: s.trace(stage, "spike", layer).Data,
		tolerance: s.tolerance,
	}
}

func TestGoldenSPIDEForwardNeurons(t *testing.T) {
	eachGolden(t, "spide", func(t *testing.T, data []byte) {
		s := readSPIDE(t, data)
		model := neuron.RestLIF{VTh: s.number("vth"), VRest: s.number("u_rest"), Lambda: s.lambda}
		for layer := range s.layers {
			run := s.run(model, "trace", layer)
			if s.dense() {
				s.forward(layer, &run)
			} else {
				run.current = charges(s.trace("trace", "u_pre", layer), s.trace("trace", "u_post", layer), 1)
			}
			t.Run(fmt.Sprintf("layer%d", layer), run.check)
		}
	})
}

// forward gives a layer its input: u_0 += F x[t] + b_F + S_{N-1} s_{N-1}[t-1], u_i += S_{i-1} s_{i-1}[t] + b.
func (s spideNet) forward(layer int, run *layerRun) {
	if layer > 0 {
		block := fmt.Sprintf("param.s%d", layer-1)
		spikes := s.trace("trace", "spike", layer-1)
		run.bias = tiled(s.Arrays[block+".bias"].Data, s.batch)
		run.spikes = func(t int) []float64 { return through(s.Arrays[block+".weight"], spikes.slice(t)) }
		return
	}
	run.bias = tiled(s.Arrays["param.x.bias"].Data, s.batch)
	input, x := s.Arrays["param.x.weight"], s.Arrays["x"]
	run.current = func(t int) []float64 {
		if s.Meta["input"] == "spikes" {
			return through(input, x.slice(t))
		}
		return through(input, x.Data)
	}
	feedback := s.Arrays[fmt.Sprintf("param.s%d.weight", s.layers-1)]
	last := s.trace("trace", "spike", s.layers-1)
	run.spikes = func(t int) []float64 {
		if t == 0 {
			return make([]float64, run.n)
		}
		return through(feedback, last.slice(t-1))
	}
}

func TestGoldenSPIDECouples(t *testing.T) {
	eachGolden(t, "spide", func(t *testing.T, data []byte) {
		s := readSPIDE(t, data)
		model := neuron.Couple{VTh: s.number("vth_back"), VRest: s.number("u_rest_back"), Lambda: s.lambda}
		for layer := range s.layers {
			run := s.run(model, "btrace", layer)
			run.post = nil // not recorded
			if s.lambda == 1 && !s.Arrays["grad_a_last"].short() {
				run.tolerance = map[bool]float64{false: 1e-12, true: 1e-5}
			}
			if s.dense() {
				s.backward(layer, &run)
			} else {
				pre := s.trace("btrace", "u_pre", layer)
				run.current = charges(pre, settled(pre, s.trace("btrace", "spike", layer), s.number("theta_back")), 1)
			}
			t.Run(fmt.Sprintf("layer%d", layer), run.check)
			t.Run(fmt.Sprintf("layer%d-pair", layer), func(t *testing.T) { run.asPair().check(t) })
		}
	})
}

// settled is u after the reset, from u_pre and the spikes (no leak).
func settled(pre, spike goldenArray, theta float64) goldenArray {
	post := goldenArray{Shape: pre.Shape, Data: make([]float64, len(pre.Data))}
	for k, u := range pre.Data {
		post.Data[k] = u - theta*spike.Data[k]
	}
	return post
}

// backward gives a layer its input: u_{N-1} += g + S_{N-1}ᵀ(m_0 ⊙ e_0[t-1])/θ for the last layer and
// u_i += S_iᵀ(m_{i+1} ⊙ e_{i+1}[t])/θ for the others, with e = θ_B·q.
func (s spideNet) backward(layer int, run *layerRun) {
	sender, delay := layer+1, 0
	if layer == s.layers-1 {
		sender, delay = 0, 1
		run.current = func(int) []float64 { return s.Arrays["grad_a_last"].Data }
	}
	weights := transposed(s.Arrays[fmt.Sprintf("param.s%d.weight", layer)])
	spikes, gate := s.trace("btrace", "spike", sender), s.Arrays[fmt.Sprintf("bwd.mask%d", sender)]
	run.spikes = func(t int) []float64 {
		emitted := make([]float64, len(spikes.slice(0)))
		for k := range emitted {
			if t >= delay && gate.Data[k] != 0 {
				emitted[k] = s.number("theta_back") * spikes.slice(t - delay)[k] / s.number("theta")
			}
		}
		return through(weights, emitted)
	}
}

// asPair is the same layer as two binary members per couple, with opposite inputs.
func (l layerRun) asPair() layerRun {
	c := l.model.(neuron.Couple)
	opposite := func(charge func(int) []float64) func(int) []float64 {
		if charge == nil {
			return nil
		}
		return func(t int) []float64 {
			both := append([]float64(nil), charge(t)...)
			for _, x := range charge(t) {
				both = append(both, -x)
			}
			return both
		}
	}
	p := layerRun{
		model: neuron.CouplePair{VTh: c.VTh, VRest: c.VRest, Lambda: c.Lambda},
		n:     2 * l.n, ticks: l.ticks, current: opposite(l.current), spikes: opposite(l.spikes), tolerance: l.tolerance,
	}
	for t := range l.ticks {
		row := l.spike[t*l.n : (t+1)*l.n]
		for _, sign := range []float64{1, -1} {
			for i, q := range row {
				p.spike = append(p.spike, math.Max(sign*q, 0))
				p.pre = append(p.pre, sign*l.pre[t*l.n+i])
			}
		}
	}
	return p
}
