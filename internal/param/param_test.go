package param

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type leak struct {
	Label string
	TauM  float64 `param:"tau_m" unit:"ms" default:"10" range:"(0,inf)" doc:"membrane time constant"`
	Share float64 `param:"share" default:"0.25" range:"[0, 1)" doc:"a pure number"`
	Soft  bool    `param:"soft" default:"true" doc:"reset by subtraction"`
	Other float64
}

type model interface{ name() string }

func (l leak) name() string { return l.Label }

func TestList(t *testing.T) {
	list := List(leak{})
	require.Len(t, list, 3)
	tau, share, soft := list[0], list[1], list[2]
	require.Equal(t, Param{
		Name: "tau_m", Unit: "ms", Doc: "membrane time constant", Default: 10,
		Range: Interval{Lo: 0, Hi: math.Inf(1), OpenLo: true, OpenHi: true}, field: 1,
	}, tau)
	require.Equal(t, Interval{Lo: 0, Hi: 1, OpenHi: true}, share.Range)
	require.True(t, soft.Bool)
	require.Equal(t, 1.0, soft.Default)
}

func TestDefaultsLeaveTheRestAlone(t *testing.T) {
	m := Defaults(leak{Label: "x", Other: 7})
	require.Equal(t, leak{Label: "x", TauM: 10, Share: 0.25, Soft: true, Other: 7}, m)
	require.Empty(t, Check(m))
}

// The same through an interface: the dynamic type is kept.
func TestWithKeepsTheType(t *testing.T) {
	var m model = leak{TauM: 3, Soft: true}
	soft := List(m)[2]
	changed := With(m, soft, 0)
	require.Equal(t, leak{TauM: 3}, changed)
	require.Equal(t, leak{TauM: 3, Soft: true}, m, "the original stays")
	require.Equal(t, 0.0, soft.Value(changed))
	require.Equal(t, 1.0, soft.Value(m))
}

func TestWithSetsWhatValueReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		p := rapid.SampledFrom(List(leak{})[:2]).Draw(t, "parameter")
		require.Equal(t, x, p.Value(With(leak{}, p, x)))
	})
}

func TestCheck(t *testing.T) {
	bad := Check(leak{TauM: 0, Share: math.NaN()})
	require.Equal(t, []Error{
		{"tau_m", "0 ms must be greater than 0"},
		{"share", "NaN must be in [0, 1)"},
	}, bad)
	require.EqualError(t, bad[0], "parameter tau_m: 0 ms must be greater than 0")
}

func TestInterval(t *testing.T) {
	for _, c := range []struct {
		text, says string
		in, out    []float64
	}{
		{"", "a finite number", []float64{-1e300, 0, 5}, []float64{math.NaN(), math.Inf(1), math.Inf(-1)}},
		{"(0,inf)", "greater than 0", []float64{1e-300, 1e300}, []float64{0, -1, math.Inf(1)}},
		{"[0,inf)", "at least 0", []float64{0, 3}, []float64{-1e-300}},
		{"(-inf,0)", "less than 0", []float64{-1}, []float64{0, math.Inf(-1)}},
		{"(-inf,0]", "at most 0", []float64{-1, 0}, []float64{1e-300}},
		{"[0,1]", "in [0, 1]", []float64{0, 1}, []float64{-0.1, 1.1}},
		{"(-1, 2.5]", "in (-1, 2.5]", []float64{-0.9, 2.5}, []float64{-1, 2.6}},
		{"[3,4)", "in [3, 4)", []float64{3}, []float64{4}},
	} {
		v := ParseInterval(c.text)
		require.Equal(t, c.says, v.String(), c.text)
		for _, x := range c.in {
			require.True(t, v.Contains(x), "%g in %q", x, c.text)
		}
		for _, x := range c.out {
			require.False(t, v.Contains(x), "%g in %q", x, c.text)
		}
	}
}
