package neurobench

import "fmt"

// CellKind is a recurrent cell.
type CellKind uint8

const (
	// RNNCell has one block of rows in its weights.
	RNNCell CellKind = iota
	// LSTMCell has four: input gate, forget gate, candidate, output gate.
	LSTMCell
	// GRUCell has three: reset gate, update gate, candidate.
	GRUCell
)

// Cell is a recurrent cell, by which of its weights are not zero; see opcount.NonZero. Recurrent layers
// that run over all steps by themselves are not supported by the benchmark, cells are.
type Cell struct {
	Name       string
	Kind       CellKind
	In, Hidden int
	// InputWeights and HiddenWeights are the arrays [blocks × Hidden][In] and [blocks × Hidden][Hidden].
	InputWeights, HiddenWeights []bool
	// InputBias and HiddenBias have one entry a row, or are nil for a cell without biases. They are not
	// counted, but decide which gates are zero.
	InputBias, HiddenBias []bool
}

// blocks is the number of blocks of rows.
func (c Cell) blocks() int { return [...]int{RNNCell: 1, LSTMCell: 4, GRUCell: 3}[c.Kind] }

// Validate reports arrays that do not fit the sizes.
func (c Cell) Validate() error {
	if c.Kind > GRUCell || c.In < 1 || c.Hidden < 1 || c.In > 1<<24 || c.Hidden > 1<<24 {
		return fmt.Errorf("neurobench: cell %q of kind %d with %d inputs and %d hidden units, want kind 0 to %d and sizes 1 to 2^24",
			c.Name, c.Kind, c.In, c.Hidden, GRUCell)
	}
	rows := c.blocks() * c.Hidden
	if len(c.InputWeights) != rows*c.In || len(c.HiddenWeights) != rows*c.Hidden {
		return fmt.Errorf("neurobench: cell %q has %d and %d weights, want %d and %d",
			c.Name, len(c.InputWeights), len(c.HiddenWeights), rows*c.In, rows*c.Hidden)
	}
	if (c.InputBias == nil) != (c.HiddenBias == nil) ||
		c.InputBias != nil && (len(c.InputBias) != rows || len(c.HiddenBias) != rows) {
		return fmt.Errorf("neurobench: cell %q has %d and %d biases, want none or %d each", c.Name, len(c.InputBias), len(c.HiddenBias), rows)
	}
	return nil
}

// CellState is what a cell gets beside its input: rows of hidden units for every sample. Cell is that of an
// [LSTMCell] only. The zero value is the state at the beginning, when all of it is zero.
type CellState[F Real] struct {
	Hidden, Cell []F
}

// CallCell counts the operations of one call of a cell; the input is batch × In.
//
// A plain cell has the products of W_ih·x and W_hh·h. The cells with gates have those of all blocks and on
// top, where neither factor is zero, their element-wise products: of an LSTM f·c + i·g and o·c', and of a
// GRU r·(W_hn·h + b_hn), (1−z)·n and z·h. Activation functions are taken to keep zero and not zero apart,
// as the benchmark does.
//
// Two oddities of its GRU are kept so that counts agree: 1−z is taken of the number of terms that meet in
// z, so that it vanishes for exactly one, and the candidate n is judged by its hidden part and the bias
// of the input alone. Whether a call is spiking, its input decides, not its state. Without a state the
// dense count leaves out what multiplies it.
func CallCell[F Real](c Cell, input []F, state CellState[F]) (Operations, error) {
	if err := c.Validate(); err != nil {
		return Operations{}, err
	}
	batch := len(input) / c.In
	if batch == 0 || len(input)%c.In != 0 {
		return Operations{}, fmt.Errorf("neurobench: cell %q: input of %d values, want rows of %d", c.Name, len(input), c.In)
	}
	if err := c.checkState(len(state.Hidden), len(state.Cell), batch); err != nil {
		return Operations{}, err
	}
	o := Operations{Spiking: spiking(input)}
	full := c.full()
	for b := range batch {
		at := func(x []F, n int) []bool {
			if x == nil {
				return nil
			}
			return nonZero(x[b*n:][:n])
		}
		x, h, m := at(input, c.In), at(state.Hidden, c.Hidden), at(state.Cell, c.Hidden)
		o.Effective += c.count(x, h, m)
		o.Dense += full.count(ones(x), ones(h), ones(m))
	}
	return o, nil
}

func (c Cell) checkState(hidden, cell, batch int) error {
	want := batch * c.Hidden
	switch {
	case hidden != 0 && hidden != want, cell != 0 && cell != want, c.Kind == LSTMCell && hidden != cell, c.Kind != LSTMCell && cell != 0:
		return fmt.Errorf("neurobench: cell %q of kind %d has a state of %d and %d values, want %d for each that it has, or none", c.Name, c.Kind, hidden, cell, want)
	}
	return nil
}

// full is the cell with all weights and biases other than zero.
func (c Cell) full() Cell {
	c.InputWeights, c.HiddenWeights = ones(c.InputWeights), ones(c.HiddenWeights)
	c.InputBias, c.HiddenBias = ones(c.InputBias), ones(c.HiddenBias)
	return c
}

// ones is an array of the same length, all true; nil stays nil.
func ones(x []bool) []bool {
	if x == nil {
		return nil
	}
	y := make([]bool, len(x))
	for i := range y {
		y[i] = true
	}
	return y
}

func nonZero[F Real](x []F) []bool {
	y := make([]bool, len(x))
	for i, v := range x {
		y[i] = v != 0
	}
	return y
}

// terms counts, for every row of weights, the products other than zero. Without a state there are none.
func terms(weights, x []bool, rows int) []int64 {
	count := make([]int64, rows)
	if x == nil {
		return count
	}
	for r := range count {
		for i, set := range weights[r*len(x):][:len(x)] {
			if set && x[i] {
				count[r]++
			}
		}
	}
	return count
}

// bias is 1 where there is one other than zero.
func bias(b []bool, row int) int64 { return one(b != nil && b[row]) }

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// count counts the operations of one sample: the products with weights, and those of the gates. Arrays of
// what is not zero; nil is no state.
func (c Cell) count(x, hidden, cell []bool) int64 {
	rows := c.blocks() * c.Hidden
	fromInput, fromHidden := terms(c.InputWeights, x, rows), terms(c.HiddenWeights, hidden, rows)
	sum := int64(0)
	for r := range rows {
		sum += fromInput[r] + fromHidden[r]
	}
	for j := range c.Hidden {
		switch c.Kind {
		case LSTMCell:
			sum += c.lstmGates(j, fromInput, fromHidden, cell != nil && cell[j])
		case GRUCell:
			sum += c.gruGates(j, fromInput, fromHidden, hidden != nil && hidden[j])
		}
	}
	return sum
}

// lstmGates counts f·c + i·g and o·c' of unit j.
func (c Cell) lstmGates(j int, fromInput, fromHidden []int64, cell bool) int64 {
	var open [4]bool // i, f, g, o
	for k := range open {
		r := k*c.Hidden + j
		open[k] = fromInput[r]+fromHidden[r]+bias(c.InputBias, r)+bias(c.HiddenBias, r) != 0
	}
	next := one(open[1] && cell) + one(open[0] && open[2])
	return next + one(open[3] && next > 0)
}

// gruGates counts r·(W_hn·h + b_hn), (1−z)·n and z·h of unit j.
func (c Cell) gruGates(j int, fromInput, fromHidden []int64, hidden bool) int64 {
	gate := func(r int) int64 {
		return fromInput[r] + fromHidden[r] + bias(c.InputBias, r) + bias(c.HiddenBias, r)
	}
	reset, update, candidate := gate(j), gate(c.Hidden+j), 2*c.Hidden+j
	recall := one(reset != 0 && fromHidden[candidate]+bias(c.HiddenBias, candidate) != 0)
	n := fromHidden[candidate] + bias(c.InputBias, candidate) + recall
	return recall + one(1-update != 0 && n != 0) + one(update != 0 && hidden)
}
