package det

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	inf       = math.Inf(1)
	nan       = math.NaN()
	minusZero = math.Copysign(0, -1)
)

const (
	smallest = math.SmallestNonzeroFloat64
	largest  = math.MaxFloat64
)

// sameBits compares with the sign of zero, and takes all NaN for the same.
func sameBits(t *testing.T, want, got float64, format string, args ...any) {
	t.Helper()
	same := math.Float64bits(want) == math.Float64bits(got) || math.IsNaN(want) && math.IsNaN(got)
	require.True(t, same, "%s = %v, not %v", fmt.Sprintf(format, args...), got, want)
}

func TestSpecialValues(t *testing.T) {
	functions := map[string]struct {
		f     func(float64) float64
		cases [][2]float64 // argument, result
	}{
		"Exp": {Exp, [][2]float64{
			{nan, nan}, {inf, inf}, {-inf, 0}, {0, 1}, {minusZero, 1}, {smallest, 1}, {-smallest, 1}, {largest, inf}, {-largest, 0},
			{expOverflow, 0x1.fffffffffff2ap+1023}, {math.Nextafter(expOverflow, inf), inf},
			{expUnderflow, smallest}, {math.Nextafter(expUnderflow, -inf), 0},
		}},
		"Expm1": {Expm1, [][2]float64{
			{nan, nan}, {inf, inf}, {-inf, -1}, {0, 0}, {minusZero, minusZero}, {smallest, smallest}, {-smallest, -smallest},
			{0x1p-60, 0x1p-60}, {-40, -1}, {-40.5, -1}, {-largest, -1}, {largest, inf}, {math.Nextafter(expOverflow, inf), inf},
		}},
		"Log": {Log, [][2]float64{
			{nan, nan}, {inf, inf}, {-inf, nan}, {-1, nan}, {-smallest, nan}, {0, -inf}, {minusZero, -inf}, {1, 0},
			{smallest, -744.4400719213812}, {largest, 709.782712893384}, {2, math.Ln2}, {0.5, -math.Ln2},
		}},
		"NormQuantile": {NormQuantile, [][2]float64{
			{nan, nan}, {inf, nan}, {-inf, nan}, {-smallest, nan}, {math.Nextafter(1, 2), nan}, {2, nan},
			{0, -inf}, {minusZero, -inf}, {1, inf}, {0.5, 0},
		}},
		"Sqrt": {Sqrt, [][2]float64{{nan, nan}, {-1, nan}, {0, 0}, {minusZero, minusZero}, {inf, inf}, {2, math.Sqrt2}, {9, 3}}},
	}
	for name, fn := range functions {
		t.Run(name, func(t *testing.T) {
			for _, c := range fn.cases {
				sameBits(t, c[1], fn.f(c[0]), "%s(%v)", name, c[0])
			}
		})
	}
}

func TestPowSpecialValues(t *testing.T) {
	for _, c := range [][3]float64{ // x, y, x^y
		{0, 0, 1}, {0, minusZero, 1}, {minusZero, 0, 1}, {nan, 0, 1}, {inf, 0, 1}, {-3, 0, 1},
		{1, nan, 1}, {1, inf, 1}, {1, -inf, 1}, {1, 1e300, 1},
		{nan, 1, nan}, {2, nan, nan}, {nan, nan, nan}, {-2, 2, nan}, {-2, 1, nan}, {-inf, 1, nan}, {-smallest, 0.5, nan},
		{0, 1, 0}, {minusZero, 1, 0}, {0, 0.5, 0}, {minusZero, 3, 0}, {0, inf, 0}, {0, -1, inf}, {minusZero, -3, inf}, {0, -inf, inf},
		{inf, 1, inf}, {inf, 0.1, inf}, {inf, inf, inf}, {inf, -0.1, 0}, {inf, -inf, 0},
		{2, inf, inf}, {2, -inf, 0}, {0.5, inf, 0}, {0.5, -inf, inf},
		{2, largest, inf}, {2, -largest, 0}, {0.5, largest, 0}, {0.5, -largest, inf},
		{math.Nextafter(1, 2), largest, inf}, {math.Nextafter(1, 0), largest, 0}, {math.Nextafter(1, 2), 0x1p65, inf},
		{smallest, smallest, 1}, {largest, -smallest, 1}, {largest, 0x1p-66, 1},
		{2, 1023, 0x1p1023}, {2, 1024, inf}, {2, -1074, smallest}, {2, -1075, 0}, {2, -1076, 0},
		{smallest, 1, smallest}, {largest, 1, largest}, {smallest, -1, inf}, {smallest, 0.5, 0x1p-537}, {largest, 2, inf},
		{9, 0.5, 3}, {10, 2, 100}, {10, 15, 1e15}, {7, 18, 1628413597910449}, {0.1, 1, 0.1}, {1.5, 3, 3.375}, {4, -2, 0.0625},
	} {
		sameBits(t, c[2], Pow(c[0], c[1]), "Pow(%v, %v)", c[0], c[1])
	}
}

func TestPowInt(t *testing.T) {
	for _, c := range []struct {
		p    float64
		k    int64
		want float64
	}{
		{0, 0, 1}, {nan, 0, 1}, {inf, 0, 1}, {2, 0, 1},
		{2, 1, 2}, {2, 10, 1024}, {-2, 3, -8}, {-2, 4, 16}, {3, 33, 5559060566555523}, {2, 1023, 0x1p1023}, {2, 1024, inf}, {2, -1022, 0x1p-1022},
		{0, 5, 0}, {minusZero, 3, minusZero}, {0, -1, inf}, {minusZero, -3, -inf}, {nan, 1, nan},
		{1, math.MaxInt64, 1}, {-1, math.MaxInt64, -1}, {1, math.MinInt64, 1}, {-1, math.MinInt64, 1}, {0.5, math.MaxInt64, 0}, {0.5, math.MinInt64, inf},
	} {
		sameBits(t, c.want, PowInt(c.p, c.k), "PowInt(%v, %v)", c.p, c.k)
	}
}

func TestPowIntAccuracy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(0.9, 1.1).Draw(t, "p")
		k := rapid.Int64Range(1, 3000).Draw(t, "k")
		want := bigExp(mul(bigInt(k), bigLog(bigF(p))))
		got := PowInt(p, k)
		e, _ := quo(sub(bigF(got), want), want).Float64()
		require.LessOrEqual(t, math.Abs(e), float64(k)*0x1p-53)
		require.InEpsilon(t, got, Pow(p, float64(k)), float64(k)*0x1p-52)
	})
}

// TestOrder checks that a larger argument never gives a smaller result, on
// neighbouring arguments and across the seams between the pieces.
func TestOrder(t *testing.T) {
	functions := map[string]struct {
		f      func(float64) float64
		lo, hi float64
		seams  []float64
	}{
		"Exp":   {Exp, -746, 710, []float64{0, expUnderflow, expOverflow, math.Ln2 / 64, -math.Ln2 / 64, math.Ln2, -math.Ln2, -708.4}},
		"Expm1": {Expm1, -45, 710, []float64{0, -40, math.Ln2 / 64, -math.Ln2 / 64, 60 * math.Ln2}},
		"Log":   {Log, 0, 10, []float64{1, 0x1p-1022, math.Sqrt(0.5), math.Sqrt2, 127.5 / 128, 128.5 / 128, 2, 1e300}},
	}
	for name, fn := range functions {
		t.Run(name, func(t *testing.T) {
			check := func(t require.TestingT, x float64) {
				y := math.Nextafter(x, inf)
				require.LessOrEqual(t, fn.f(x), fn.f(y), "at %v", x)
			}
			for _, x := range fn.seams {
				for range 50 {
					x = math.Nextafter(x, math.Inf(-1))
				}
				for range 100 {
					check(t, x)
					x = math.Nextafter(x, inf)
				}
			}
			rapid.Check(t, func(t *rapid.T) { check(t, rapid.Float64Range(fn.lo, fn.hi).Draw(t, "x")) })
		})
	}
}

// TestInverse checks that Log undoes Exp, up to the rounding of either.
func TestInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-700, 700).Draw(t, "x")
		require.InDelta(t, x, Log(Exp(x)), 1.2e-16*max(1, math.Abs(x)))
	})
}

// TestQuantileSymmetry: u and 1-u have opposite quantiles, to the bit.
func TestQuantileSymmetry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := float64(rapid.Uint64Range(1, 1<<53-1).Draw(t, "u")) * 0x1p-53
		require.Equal(t, -NormQuantile(u), NormQuantile(1-u))
	})
}
