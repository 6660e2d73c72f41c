package picture

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot"
)

func labels(list []plot.Tick) []string {
	var l []string
	for _, t := range list {
		l = append(l, t.Label)
	}
	return l
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		ticker plot.Ticker
		lo, hi float64
		want   []string
	}{
		{ticks{most: 5}, 0, 1, []string{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{ticks{most: 5}, -1, 1, []string{"−1.0", "−0.5", "0", "0.5", "1.0"}},
		{ticks{most: 8, whole: true}, 0, 2, []string{"0", "1", "2"}},
		{ticks{most: 5}, 1, 1, nil},
		{counted{8}, 1, 3, []string{"1", "2", "3"}},
		{counted{8}, 1, 30, []string{"1", "5", "10", "15", "20", "25", "30"}},
		{counted{8}, 1, 200, []string{"1", "50", "100", "150", "200"}},
		{counted{8}, 0.5, 1.5, []string{"1"}},
		{decades{}, 0.5, 20, []string{"0.5", "1", "2", "5", "10", "20"}},
		{decades{}, 0.009, 1.1, []string{"0.01", "", "", "0.1", "", "", "1"}},
		{decades{}, 0, 1, nil},
		{bare{ticks{most: 8, whole: true}}, 0, 2, []string{"", "", ""}},
	} {
		require.Equal(t, c.want, labels(c.ticker.Ticks(c.lo, c.hi)), "%#v from %g to %g", c.ticker, c.lo, c.hi)
	}
}

func TestPercentRange(t *testing.T) {
	for _, c := range [][4]float64{{50, 90, 40, 100}, {97.1, 98.2, 97, 98.5}, {100, 100, 99.8, 100}, {0, 0, 0, 0.2}} {
		lo, hi := percentRange(c[0], c[1], true)
		require.InDelta(t, c[2], lo, 1e-9, "%v", c)
		require.InDelta(t, c[3], hi, 1e-9, "%v", c)
	}
	lo, hi := percentRange(0, 0, false)
	require.Equal(t, [2]float64{0, 100}, [2]float64{lo, hi})
}

func TestShorten(t *testing.T) {
	require.Equal(t, "µµµ", shorten("µµµ", 3))
	require.Equal(t, "µµ…", shorten("µµµµ", 3))
}
