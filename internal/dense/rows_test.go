package dense

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAddScaled(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			s := newSource(t)
			n := s.size("n", 200)
			x, y := sprinkle(s, numbers[float32](s, n)), guard(sprinkle(s, numbers[float32](s, n)), s.offset())
			a := sprinkle(s, numbers[float32](s, 1))[0]
			want := append([]float32(nil), y.slice()...)
			for i := range want {
				want[i] = addProduct(want[i], a, x[i])
			}
			AddScaled(y.slice(), a, guard(x, s.offset()).slice())
			equalBits(t, want, y.slice(), "AddScaled")
			y.requireIntact(t, "AddScaled")
		})
	})
}

// Blocks go down as well as up, and leave alone what lies between their rows.
func TestAddScaledBlock(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			s := newSource(t)
			rows, cols := s.size("rows", 7), s.size("cols", 60)
			ys, xs := cols+s.size("gap of y", 9), s.size("stride of x", 70)
			x, y := numbers[float32](s, rows*xs+cols), guard(numbers[float32](s, rows*ys+cols), s.offset())
			first := 0
			if rapid.Bool().Draw(t, "down") && rows > 0 {
				first, ys = (rows-1)*ys, -ys
			}
			want := append([]float32(nil), y.slice()...)
			for i := range rows {
				for j := range cols {
					want[first+i*ys+j] = addProduct(want[first+i*ys+j], 0.3, x[i*xs+j])
				}
			}
			addScaledBlock(y.slice(), first, ys, x, xs, 0.3, rows, cols)
			equalBits(t, want, y.slice(), "addScaledBlock")
			y.requireIntact(t, "addScaledBlock")
		})
	})
}

func testAddRows[F Real](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSource(t)
		n, rows := s.size("n", 300), 1+s.size("rows", 30)
		wv := sprinkle(s, numbers[F](s, rows*n))
		w, _ := matrix(s, rows, n, wv)
		list := rapid.SliceOfN(rapid.Uint32Range(0, uint32(rows-1)), 0, 40).Draw(t, "list")
		scale := sprinkle(s, numbers[F](s, len(list)))
		start := sprinkle(s, numbers[F](s, n))

		plain, scaled := append([]F(nil), start...), append([]F(nil), start...)
		for k, i := range list {
			for j := range n {
				plain[j] += wv[int(i)*n+j]
				scaled[j] = addProduct(scaled[j], scale[k], wv[int(i)*n+j])
			}
		}
		acc := guard(start, s.offset())
		AddRows(acc.slice(), w, list)
		equalBits(t, plain, acc.slice(), "AddRows")
		acc.requireIntact(t, "AddRows")
		acc = guard(start, s.offset())
		AddScaledRows(acc.slice(), w, list, scale)
		equalBits(t, scaled, acc.slice(), "AddScaledRows")
		acc.requireIntact(t, "AddScaledRows")
	})
}

func TestAddRows(t *testing.T) {
	forEachLevel(t, testAddRows[float32])
	t.Run("float64", testAddRows[float64])
}

func testAppendNonzero[F Real](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSource(t)
		n := rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(nonzeroChunk-20, nonzeroChunk+70)).Draw(t, "n")
		x := sprinkle(s, spikes[F](s, n, rapid.SampledFrom([]float64{1, 0.1, 0.001}).Draw(t, "share")))
		wantIndex, wantValue := []uint32{7}, []F{7}
		for i, v := range x {
			if v != 0 {
				wantIndex, wantValue = append(wantIndex, uint32(i)), append(wantValue, v)
			}
		}
		// What lies before and behind the array is not zero.
		index, value := AppendNonzero([]uint32{7}, []F{7}, guard(x, s.offset()).slice())
		require.Equal(t, wantIndex, index)
		equalBits(t, wantValue, value, "values")
	})
}

func TestAppendNonzero(t *testing.T) {
	forEachLevel(t, testAppendNonzero[float32])
	t.Run("float64", testAppendNonzero[float64])
}

func TestRowsOutsidePanic(t *testing.T) {
	acc, w := make([]float32, 4), NewMatrix[float32](3, 4)
	tests := map[string]func(){
		"dense: row 3 is not one of w (3x4, stride 4)": func() { AddRows(acc, w, []uint32{0, 3, 1}) },
		"dense: w must be 3x3 (3x4, stride 4)":         func() { AddRows(acc[:3], w, []uint32{0}) },
		"dense: scale needs 2 numbers (1)":             func() { AddScaledRows(acc, w, []uint32{0, 1}, acc[:1]) },
		"dense: x needs 4 numbers (3)":                 func() { AddScaled(acc, 1, acc[:3]) },
	}
	for want, f := range tests {
		require.PanicsWithValue(t, want, f)
	}
}

func TestRowsAllocateNothing(t *testing.T) {
	acc, w := make([]float32, 100), NewMatrix[float32](3, 100)
	list, scale := []uint32{0, 2}, []float32{1, 2}
	index, value := make([]uint32, 0, 100), make([]float32, 0, 100)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		AddRows(acc, w, list)
		AddScaledRows(acc, w, list, scale)
		AddScaled(acc, 2, w.Row(1))
		AppendNonzero(index, value, acc)
	}))
}
