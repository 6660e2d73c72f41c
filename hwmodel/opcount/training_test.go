package opcount_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/opcount"
	"couplet/sim/golden"
	"couplet/synapse"
)

// ring is a file of testdata/golden/spide, as far as spikes and synapses go.
type ring struct {
	Meta struct {
		Layers int
		Kind   string
		Shapes [][]int
		Input  string
		DIn    int `json:"d_in"`
		CIn    int `json:"c_in"`
		HW     int
		Batch  int
		TraceT int `json:"trace_T"`
	}
	Arrays map[string]struct {
		Shape []int
		Data  []float64
	}
}

// spide.md §9: the counts recomputed from the spike trains of the vectors, spike by spike along the
// engine's synapses, are those from spike counts and fan-outs, exactly.
func TestRecountOfGoldenSPIDE(t *testing.T) {
	for _, f := range golden.Files(t, "spide") {
		text, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		var v ring
		require.NoError(t, json.Unmarshal(text, &v))
		t.Run(f.Name, func(t *testing.T) {
			for b := range v.Meta.Batch {
				v.check(t, b)
			}
		})
	}
}

func (v ring) check(t *testing.T, b int) {
	n, ticks := v.Meta.Layers, v.Meta.TraceT
	s := opcount.SPIDE{ForwardTicks: ticks, BackwardTicks: ticks, Error: v.sample("grad_a_last", b)}
	for i := range n {
		l := opcount.SPIDELayer{
			Name:       fmt.Sprintf("s%d", i),
			Spikes:     v.trains(fmt.Sprintf("trace.T%d.spike%d", ticks, i), b, v.Meta.Batch),
			BackSpikes: v.trains(fmt.Sprintf("btrace.T%d.spike%d", ticks, i), b, v.Meta.Batch),
			Rate:       v.sample(fmt.Sprintf("bwd.a%d", i), b),
		}
		l.Error = v.sample(fmt.Sprintf("bwd.T%d.beta%d", v.longest(), i), b)
		for j, gate := range v.sample(fmt.Sprintf("bwd.mask%d", i), b) {
			open := 0 < l.Rate[j] && l.Rate[j] < 1
			require.Equal(t, gate != 0, open, "layer %d neuron %d: the gate follows from the rate", i, j)
			l.Error[j] *= gate
		}
		s.Layers = append(s.Layers, l)
	}
	if v.Meta.Input == "spikes" {
		whole := v.trains("x", b, v.Meta.Batch)
		s.DriveRate = make([]float64, len(whole))
		for i, k := range whole {
			s.DriveRate[i] = float64(k)
		}
		s.DriveSpikes = make([]int64, len(whole))
		for tick := range ticks { // the recording is longer than the trace
			for i, x := range v.tick("x", tick, b, v.Meta.Batch) {
				s.DriveSpikes[i] += int64(x)
			}
		}
	} else {
		s.Drive = v.sample("x", b)
	}
	walks := make([]walk, n+1)
	for k := range n + 1 {
		m, w := v.block(k)
		walks[k] = w
		s.Blocks = append(s.Blocks, opcount.SPIDEBlock{Map: m, From: k - 1, To: k % n})
	}
	work, err := s.Training()
	require.NoError(t, err)
	require.Equal(t, int64(ticks)*nonzero(s.Error), work.ErrorAdds)
	for k := range n + 1 {
		have := work.Blocks[k]
		require.Equal(t, v.forward(s, walks[k], k, b), have.Forward, "forward events of block %d", k)
		require.Equal(t, v.backward(s, walks[k], k, b), have.Backward, "backward events of block %d", k)
		require.Equal(t, v.updates(s, walks[k], k), have.UpdateMACs, "products of block %d", k)
	}
}

// walk calls back for every synapse of a block that leaves a source.
type walk func(source int, visit func(target int, weight float64))

// block is block k of the ring, the input block first, as a map to count and as synapses to walk.
func (v ring) block(k int) (opcount.Map, walk) {
	name := "param.x.weight"
	if k > 0 {
		name = fmt.Sprintf("param.s%d.weight", k-1)
	}
	w := v.Arrays[name]
	mask := opcount.NonZero(w.Data)
	if v.Meta.Kind != "conv" {
		in, out := w.Shape[1], w.Shape[0]
		return opcount.Dense{In: in, Out: out, NonZero: mask}, func(source int, visit func(int, float64)) {
			for o := range out {
				visit(o, w.Data[o*in+source])
			}
		}
	}
	kernel := w.Shape[2:]
	pad := []int{(kernel[0] - 1) / 2, (kernel[1] - 1) / 2}
	from := synapse.Shape{v.Meta.CIn, v.Meta.HW, v.Meta.HW}
	if k > 0 {
		from = v.Meta.Shapes[k-1]
	}
	var m opcount.Map
	var e synapse.Stencil
	if k == v.Meta.Layers {
		two, one := []int{2, 2}, []int{1, 1}
		m = opcount.TransposedConv{In: from, Out: w.Shape[1], Kernel: kernel, Stride: two, Padding: one, OutputPadding: one, NonZero: mask}
		e = synapse.TransposedConv{In: from, OutChannels: w.Shape[1], Kernel: kernel, Stride: two, Padding: one, OutputPadding: one}
	} else {
		stride := []int{1, 1}
		if k == 1 {
			stride = []int{2, 2}
		}
		m = opcount.Conv{In: from, Out: w.Shape[0], Kernel: kernel, Stride: stride, Padding: pad, NonZero: mask}
		e = synapse.Conv{In: from, OutChannels: w.Shape[0], Kernel: kernel, Stride: stride, Padding: pad}
	}
	taps, err := e.Compile()
	if err != nil {
		panic(err) // a mistake of the test
	}
	return m, func(source int, visit func(int, float64)) {
		taps.Walk(uint32(source), func(target, weight uint32) { visit(int(target), w.Data[weight]) })
	}
}

// forward delivers the spikes of the sender of block k tick by tick.
func (v ring) forward(s opcount.SPIDE, w walk, k, b int) int64 {
	events := int64(0)
	for tick := range v.Meta.TraceT {
		sent := s.Drive
		if k > 0 {
			sent = v.tick(fmt.Sprintf("trace.T%d.spike%d", v.Meta.TraceT, k-1), tick, b, v.Meta.Batch)
		} else if s.Drive == nil {
			sent = v.tick("x", tick, b, v.Meta.Batch)
		}
		for i, x := range sent {
			w(i, func(_ int, weight float64) {
				if x != 0 && weight != 0 {
					events++
				}
			})
		}
	}
	return events
}

// backward delivers the ternary spikes of the receiver of block k tick by tick, those behind open gates.
func (v ring) backward(s opcount.SPIDE, w walk, k, b int) int64 {
	if k == 0 {
		return 0 // no error leaves through the input
	}
	to, events := k%v.Meta.Layers, int64(0)
	gate := v.sample(fmt.Sprintf("bwd.mask%d", to), b)
	for tick := range v.Meta.TraceT {
		sent := v.tick(fmt.Sprintf("btrace.T%d.spike%d", v.Meta.TraceT, to), tick, b, v.Meta.Batch)
		for i := range s.Layers[k-1].Spikes {
			w(i, func(o int, weight float64) {
				if sent[o] != 0 && gate[o] != 0 && weight != 0 {
					events++
				}
			})
		}
	}
	return events
}

// updates multiplies rates and errors, synapse by synapse.
func (v ring) updates(s opcount.SPIDE, w walk, k int) int64 {
	rate := s.DriveRate
	if k > 0 {
		rate = s.Layers[k-1].Rate
	} else if s.Drive != nil {
		rate = s.Drive
	}
	n := int64(0)
	for i, a := range rate {
		w(i, func(o int, _ float64) {
			if a != 0 && s.Layers[k%v.Meta.Layers].Error[o] != 0 {
				n++
			}
		})
	}
	return n
}

// longest is the largest number of backward ticks of which the errors are known.
func (v ring) longest() int {
	most := 0
	for name := range v.Arrays {
		var ticks int
		if n, _ := fmt.Sscanf(name, "bwd.T%d.beta0", &ticks); n == 1 {
			most = max(most, ticks)
		}
	}
	return most
}

// sample is the part of an array that belongs to sample b.
func (v ring) sample(name string, b int) []float64 {
	a := v.Arrays[name]
	n := len(a.Data) / v.Meta.Batch
	return append([]float64(nil), a.Data[b*n:][:n]...)
}

// tick is the part of an array [ticks, batch, …] that belongs to a tick of sample b.
func (v ring) tick(name string, tick, b, batch int) []float64 {
	a := v.Arrays[name]
	n := len(a.Data) / a.Shape[0] / batch
	return a.Data[(tick*batch+b)*n:][:n]
}

// trains counts the spikes of each neuron, of either sign.
func (v ring) trains(name string, b, batch int) []int64 {
	count := make([]int64, len(v.tick(name, 0, b, batch)))
	for tick := range v.Arrays[name].Shape[0] {
		for i, x := range v.tick(name, tick, b, batch) {
			count[i] += int64(math.Abs(x))
		}
	}
	return count
}

func nonzero(x []float64) int64 {
	n := int64(0)
	for _, v := range x {
		if v != 0 {
			n++
		}
	}
	return n
}

// Work of two samples is the sum of the work of each, and the comparison lines grow with it.
func TestTrainingAdd(t *testing.T) {
	one := exampleB(t)
	one.Layers[0].Updates, one.Layers[0].Leaky = 7, true
	var sum opcount.Training
	require.NoError(t, sum.Add(one))
	require.NoError(t, sum.Add(one))
	by := opcount.TrainingCount{Neurons: true}
	require.Equal(t, int64(2), sum.Samples)
	require.Equal(t, one.Total(by).Plus(one.Total(by)), sum.Total(by))
	require.Equal(t, one.Total(opcount.TrainingCount{}).Plus(opcount.Ops{MAC: 7}), one.Total(by), "a leaky update multiplies")
	require.Equal(t, exampleB(t), func() opcount.Training { one.Layers[0].Updates, one.Layers[0].Leaky = 0, false; return one }(), "the first sample is its own")
	a, err := one.Comparisons(by)
	require.NoError(t, err)
	b, err := sum.Comparisons(opcount.TrainingCount{})
	require.NoError(t, err)
	for k := range a {
		require.Equal(t, a[k].Ops.Plus(a[k].Ops), b[k].Ops)
	}
	other := exampleB(t)
	other.Blocks[1].Synapses++
	require.EqualError(t, sum.Add(other), `opcount: block 1 is "recurrent" of 10001 synapses, want "recurrent" of 10000 of the same kind`)
	other.Blocks = other.Blocks[:1]
	require.EqualError(t, sum.Add(other), `opcount: work of "spide" on a network of 1 blocks, want "spide" on one of 3`)
	other = exampleB(t) // its neurons do not leak
	require.EqualError(t, sum.Add(other), `opcount: layer 0 is "hidden", want "hidden" of the same neurons`)
}

// An online rule has real-valued errors, which multiply: the counters of OTTT fit the same plain data.
func TestTrainingOfAnOnlineRule(t *testing.T) {
	work := opcount.Training{
		Rule: "ottt", Samples: 1, Ticks: 6,
		Blocks: []opcount.TrainedBlock{
			{Name: "image", Synapses: 200, Forward: 1200, Graded: true, UpdateMACs: 900},
			{Name: "hidden", Synapses: 50, Forward: 70, Backward: 300, GradedErrors: true, UpdateMACs: 280},
		},
	}
	by := opcount.TrainingCount{}
	require.Equal(t, opcount.Ops{AC: 70, MAC: 1200}, work.Of(opcount.ForwardStage, by))
	require.Equal(t, opcount.Ops{MAC: 300}, work.Of(opcount.BackwardStage, by))
	require.Equal(t, opcount.Ops{AC: 70, MAC: 1200 + 300 + 1180}, work.Total(by))
	others, err := work.Comparisons(by)
	require.NoError(t, err)
	require.Equal(t, opcount.Ops{AC: 70, MAC: 1200 + 2*6*250}, others[1].Ops)
	text, err := work.Text(by, cmos45)
	require.NoError(t, err)
	require.Contains(t, text, opcount.Derived)
	require.Contains(t, text, "2·T × MACs")
}

func TestTrainingRefuses(t *testing.T) {
	work := opcount.Training{Blocks: []opcount.TrainedBlock{{Name: "a", Forward: -1}}, Layers: []opcount.TrainedLayer{{Name: "b", Updates: -2}}}
	require.EqualError(t, work.Validate(), "opcount: block \"a\": -1 operations, want at least 0\nopcount: layer \"b\": -2 operations, want at least 0")
	huge := opcount.Training{Samples: 1, Ticks: math.MaxInt32, Blocks: []opcount.TrainedBlock{{Synapses: math.MaxInt64 / 4}}}
	require.NoError(t, huge.Validate())
	_, err := huge.Comparisons(opcount.TrainingCount{})
	require.EqualError(t, err, "opcount: more than 2^63 operations, too many to count")
	huge = opcount.Training{Blocks: []opcount.TrainedBlock{{Forward: math.MaxInt64, Backward: math.MaxInt64}}}
	require.EqualError(t, huge.Validate(), "opcount: more than 2^63 operations, too many to count")
	_, err = opcount.Training{}.Text(opcount.TrainingCount{}, cmos45)
	require.EqualError(t, err, "opcount: work on 0 samples, want at least 1")

	one := []int64{1}
	layer := opcount.SPIDELayer{Spikes: one, BackSpikes: one, Rate: []float64{0.5}, Error: []float64{1}}
	m := opcount.Dense{In: 1, Out: 1}
	for want, s := range map[string]opcount.SPIDE{
		"opcount: 0 layers, 0 forward and 0 backward ticks, 0 outputs, want at least 1, 1, 0 and 0, none above 2147483647": {},
		"opcount: block 0 \"\": map <nil> from layer 0 to 0, want a map and layers 0 to 0, or -1 for the input": {
			ForwardTicks: 1, Layers: []opcount.SPIDELayer{layer}, Blocks: []opcount.SPIDEBlock{{}}},
		"opcount: block 0 \"w\": 2 spikes of neuron 0, want 0 to 1, one a tick": {
			ForwardTicks: 1, Layers: []opcount.SPIDELayer{{Spikes: []int64{2}}}, Blocks: []opcount.SPIDEBlock{{Name: "w", Map: m}}},
		"opcount: block 0 \"w\": spikes of 0 neurons, want 1": {
			ForwardTicks: 1, Layers: []opcount.SPIDELayer{layer}, Blocks: []opcount.SPIDEBlock{{Name: "w", Map: m, From: -1}}},
		"opcount: block 0 \"w\": layer \"\" has 0 rates for 1 couples": {
			ForwardTicks: 1, BackwardTicks: 1, Layers: []opcount.SPIDELayer{{Spikes: one, BackSpikes: one}}, Blocks: []opcount.SPIDEBlock{{Name: "w", Map: m}}},
		"opcount: block 0 \"w\": 0 rates and 1 errors, want 1 and 1": {
			ForwardTicks: 1, DriveSpikes: one, Layers: []opcount.SPIDELayer{layer}, Blocks: []opcount.SPIDEBlock{{Name: "w", Map: m, From: -1}}},
	} {
		_, err := s.Training()
		require.EqualError(t, err, want)
	}
}

func TestOptimiserRefuses(t *testing.T) {
	words := opcount.SinglePrecision()
	for want, err := range map[string]error{
		"opcount: -1 words or operations of an update, want 0 to 1048576": second(opcount.OptimiserCost{Adds: -1}.Price(words, opcount.UpdatePrices{})),
		"opcount: weight of 0 bits, want 1 to 1024":                       second(adan.Price(opcount.WordBits{}, opcount.UpdatePrices{})),
		"opcount: gradient or state of -8 bits, want 0 to 1024":           second(adan.Price(opcount.WordBits{Weight: 8, Gradient: -8}, opcount.UpdatePrices{})),
		"opcount: 2 widths for 4 words of state, want one or one each":    second(adan.Price(opcount.WordBits{Weight: 8, State: []int{8, 8}}, opcount.UpdatePrices{})),
		"opcount: price of a read is -1 J, want a finite number from 0":   second(adan.Price(words, opcount.UpdatePrices{Read: -1})),
		"opcount: price of an addition is NaN J, want a finite number from 0\nopcount: price of a multiplication is +Inf J, want a finite number from 0": opcount.Prices{Add: math.NaN(), Mul: math.Inf(1)}.Validate(),
	} {
		require.EqualError(t, err, want)
	}
	b, err := opcount.OptimiserCost{Reads: 3, Writes: 1}.Price(opcount.WordBits{Weight: 8}, opcount.UpdatePrices{Read: 64, Write: 64})
	require.NoError(t, err)
	require.Equal(t, 3*8.0+8, b.Traffic, "reads beyond one of each word are of the widest")
}

func second[T any](_ T, err error) error { return err }
