package hwmodel_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
)

// TestQuantityString: six digits, with the prefix that leaves one to three of them before the point.
func TestQuantityString(t *testing.T) {
	for text, want := range map[string]string{
		"0 pJ": "0 J", "1 aJ": "1 aJ", "999 aJ": "999 aJ", "1 fJ": "1 fJ", "1234567 pJ": "1.23457 uJ", "726.181 nJ": "726.181 nJ",
		"999.9994 pJ": "999.999 pJ", "999.9996 pJ": "1 nJ", "9.999996 J": "10 J", "99.99996 J": "100 J", "0.030 pJ": "30 fJ",
		"1e3 J": "1 kJ", "2.5e6 J": "2.5 MJ", "1e15 J": "1000 TJ", "1_000 pJ": "1 nJ", "2.36e-11 J": "23.6 pJ", "23.6pJ": "23.6 pJ", ".5 pJ": "500 fJ", "5. pJ": "5 pJ",
	} {
		e, err := hwmodel.Parse[hwmodel.Joule](text)
		require.NoError(t, err, text)
		require.Equal(t, want, e.String(), text)
	}
	require.Equal(t, "-1.5 fJ", hwmodel.Atto[hwmodel.Joule](500).Minus(hwmodel.Atto[hwmodel.Joule](2000)).String())
}

// TestParse: every dimension has its own units.
func TestParse(t *testing.T) {
	d, err := hwmodel.Parse[hwmodel.Second]("0.1 ms")
	require.NoError(t, err)
	require.Equal(t, "100 us", d.String())
	w, err := hwmodel.Parse[hwmodel.Watt]("27.3 µW")
	require.NoError(t, err)
	require.Equal(t, 27.3e-6, w.Float())
	f, err := hwmodel.Parse[hwmodel.Hertz]("1.3 MHz")
	require.NoError(t, err)
	require.Equal(t, "1.3 MHz", f.String())
	_, err = hwmodel.Parse[hwmodel.Second]("5")
	require.EqualError(t, err, "hwmodel: 5 lacks its unit; valid: 5 ns (units: ns, ps, us, ms, s)")
	_, err = hwmodel.Parse[hwmodel.Watt]("1 mJ")
	require.EqualError(t, err, `hwmodel: unknown unit "mJ" of a power (did you mean "mW"?); valid: mW, pW, nW, uW, W`)
	_, err = hwmodel.Parse[hwmodel.Hertz]("")
	require.EqualError(t, err, `hwmodel: "" is not a frequency; valid: a number with a unit, such as 20 MHz (units: MHz, Hz, kHz, GHz)`)
}

// TestSeconds: a float becomes the nearest number of attoseconds.
func TestSeconds(t *testing.T) {
	s, err := hwmodel.Seconds(0.001)
	require.NoError(t, err)
	require.Equal(t, big.NewInt(1e15), s.Atto())
	for _, x := range []float64{math.NaN(), math.Inf(1)} {
		_, err := hwmodel.Seconds(x)
		require.ErrorContains(t, err, "a quantity must be finite")
	}
}

// TestQuantityIsAValue: arithmetic changes none of its operands, and equal quantities are deeply equal.
func TestQuantityIsAValue(t *testing.T) {
	a, b := energy(t, "2 pJ"), energy(t, "3 pJ")
	require.Equal(t, energy(t, "5 pJ"), a.Plus(b))
	require.Equal(t, energy(t, "6 pJ"), a.Times(3))
	a.Atto().SetInt64(7)
	require.Equal(t, energy(t, "2 pJ"), a)
	require.Equal(t, hwmodel.Energy{}, a.Minus(a))
	require.Equal(t, hwmodel.Energy{}, a.Times(0))
	require.Negative(t, a.Cmp(b))
	data, err := a.MarshalJSON()
	require.NoError(t, err)
	require.JSONEq(t, `{"exact": "2000000 aJ", "J": 2e-12}`, string(data))
}
