package neurobench_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/neurobench"
)

// reference does what the definition says with numbers: arrays with 1 for what is not zero, products of
// matrices, gates as sums.
type reference struct {
	in, hidden       int
	wi, wh, bi, bh   []float64
	x, h, c          []float64
	gates, hiddenSum []float64 // rows without biases
}

func (r *reference) products(blocks int) float64 {
	sum := 0.0
	r.gates, r.hiddenSum = nil, nil
	for row := range blocks * r.hidden {
		a, b := 0.0, 0.0
		for i, x := range r.x {
			a += r.wi[row*r.in+i] * x
		}
		for i, h := range r.h {
			b += r.wh[row*r.hidden+i] * h
		}
		sum += a + b
		r.gates, r.hiddenSum = append(r.gates, a+b), append(r.hiddenSum, b)
	}
	return sum
}

func sign(x float64) float64 {
	if x != 0 {
		return 1
	}
	return 0
}

func (r *reference) lstm() float64 {
	sum := r.products(4)
	for j := range r.hidden {
		gate := func(k int) float64 {
			return sign(r.gates[k*r.hidden+j] + r.bi[k*r.hidden+j] + r.bh[k*r.hidden+j])
		}
		c := gate(1)*r.c[j] + gate(0)*gate(2)
		sum += c + gate(3)*sign(c)
	}
	return sum
}

func (r *reference) gru() float64 {
	sum := r.products(3)
	for j := range r.hidden {
		at := func(k int) int { return k*r.hidden + j }
		reset := sign(r.gates[at(0)] + r.bi[at(0)] + r.bh[at(0)])
		z := r.gates[at(1)] + r.bi[at(1)] + r.bh[at(1)]
		recall := reset * sign(r.hiddenSum[at(2)]+r.bh[at(2)])
		n := sign(r.hiddenSum[at(2)] + r.bi[at(2)] + recall)
		sum += recall + sign(1-z)*n + sign(z)*r.h[j]
	}
	return sum
}

func drawMask(t *rapid.T, n int, name string) []bool {
	return rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, name)
}

func numbers(mask []bool) []float64 {
	x := make([]float64, len(mask))
	for i, on := range mask {
		if on {
			x[i] = 1
		}
	}
	return x
}

// Cells of all kinds count what the definition counts with numbers, sample by sample.
func TestCellsByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := neurobench.Cell{
			Kind: neurobench.CellKind(rapid.IntRange(0, 2).Draw(t, "kind")),
			In:   rapid.IntRange(1, 4).Draw(t, "in"), Hidden: rapid.IntRange(1, 4).Draw(t, "hidden"),
		}
		rows := map[neurobench.CellKind]int{neurobench.RNNCell: 1, neurobench.LSTMCell: 4, neurobench.GRUCell: 3}[c.Kind] * c.Hidden
		c.InputWeights, c.HiddenWeights = drawMask(t, rows*c.In, "wi"), drawMask(t, rows*c.Hidden, "wh")
		bi, bh := make([]bool, rows), make([]bool, rows)
		if rapid.Bool().Draw(t, "bias") {
			bi, bh = drawMask(t, rows, "bi"), drawMask(t, rows, "bh")
			c.InputBias, c.HiddenBias = bi, bh
		}
		batch := rapid.IntRange(1, 3).Draw(t, "batch")
		x := numbers(drawMask(t, batch*c.In, "x"))
		var state neurobench.CellState[float64]
		state.Hidden = numbers(drawMask(t, batch*c.Hidden, "h"))
		cells := make([]float64, batch*c.Hidden)
		if c.Kind == neurobench.LSTMCell {
			cells = numbers(drawMask(t, batch*c.Hidden, "c"))
			state.Cell = cells
		}
		o, err := neurobench.CallCell(c, x, state)
		require.NoError(t, err)
		want := 0.0
		for b := range batch {
			r := reference{
				in: c.In, hidden: c.Hidden, wi: numbers(c.InputWeights), wh: numbers(c.HiddenWeights), bi: numbers(bi), bh: numbers(bh),
				x: x[b*c.In:][:c.In], h: state.Hidden[b*c.Hidden:][:c.Hidden], c: cells[b*c.Hidden:][:c.Hidden],
			}
			switch c.Kind {
			case neurobench.RNNCell:
				want += r.products(1)
			case neurobench.LSTMCell:
				want += r.lstm()
			default:
				want += r.gru()
			}
		}
		require.Equal(t, int64(want), o.Effective)
		require.True(t, o.Spiking)
		weights := int64(rows * (c.In + c.Hidden))
		elementWise := map[neurobench.CellKind]int64{neurobench.LSTMCell: 3, neurobench.GRUCell: 3}[c.Kind] * int64(c.Hidden)
		require.Equal(t, int64(batch)*(weights+elementWise), o.Dense)
		require.LessOrEqual(t, o.Effective, o.Dense)
	})
}

// At the beginning there is no state: W_hh and what multiplies the state count nothing, dense or not.
func TestCellWithoutState(t *testing.T) {
	all := func(n int) []bool {
		mask := make([]bool, n)
		for i := range mask {
			mask[i] = true
		}
		return mask
	}
	lstm := neurobench.Cell{Kind: neurobench.LSTMCell, In: 3, Hidden: 2, InputWeights: all(24), HiddenWeights: all(16)}
	o, err := neurobench.CallCell(lstm, []float32{1, 0, 0.5}, neurobench.CellState[float32]{})
	require.NoError(t, err)
	require.Equal(t, neurobench.Operations{Effective: 16 + 4, Dense: 24 + 4}, o, "i·g and o·c'")
	rnn := neurobench.Cell{In: 3, Hidden: 2, InputWeights: all(6), HiddenWeights: all(4)}
	o, err = neurobench.CallCell(rnn, []float32{1, 0, -1}, neurobench.CellState[float32]{})
	require.NoError(t, err)
	require.Equal(t, neurobench.Operations{Effective: 4, Spiking: true, Dense: 6}, o)
	o, err = neurobench.CallCell(rnn, []float32{1, 0, -1}, neurobench.CellState[float32]{Hidden: []float32{0.5, 0}})
	require.NoError(t, err)
	require.Equal(t, neurobench.Operations{Effective: 6, Spiking: true, Dense: 10}, o, "the state does not decide the kind")
}

func TestCellRefuses(t *testing.T) {
	cell := neurobench.Cell{Name: "c", In: 1, Hidden: 1, InputWeights: []bool{true}, HiddenWeights: []bool{true}}
	gru := neurobench.Cell{Name: "g", Kind: neurobench.GRUCell, In: 1, Hidden: 1, InputWeights: make([]bool, 3), HiddenWeights: make([]bool, 3)}
	short, biased := gru, gru
	short.HiddenWeights = make([]bool, 2)
	biased.InputBias = make([]bool, 3)
	x, none := []float64{1}, neurobench.CellState[float64]{}
	for _, c := range []struct {
		want  string
		cell  neurobench.Cell
		input []float64
		state neurobench.CellState[float64]
	}{
		{`cell "" of kind 0 with 0 inputs and 0 hidden units, want kind 0 to 2 and sizes 1 to 2^24`, neurobench.Cell{}, x, none},
		{`cell "" of kind 7 with 0 inputs and 0 hidden units, want kind 0 to 2 and sizes 1 to 2^24`, neurobench.Cell{Kind: 7}, x, none},
		{`cell "g" has 3 and 2 weights, want 3 and 3`, short, x, none},
		{`cell "g" has 3 and 0 biases, want none or 3 each`, biased, x, none},
		{`cell "c": input of 0 values, want rows of 1`, cell, nil, none},
		{`cell "c" of kind 0 has a state of 2 and 0 values, want 1 for each that it has, or none`, cell, x, neurobench.CellState[float64]{Hidden: []float64{1, 2}}},
		{`cell "g" of kind 2 has a state of 1 and 1 values, want 1 for each that it has, or none`, gru, x, neurobench.CellState[float64]{Hidden: x, Cell: x}},
	} {
		_, err := neurobench.CallCell(c.cell, c.input, c.state)
		require.EqualError(t, err, "neurobench: "+c.want)
	}
}
