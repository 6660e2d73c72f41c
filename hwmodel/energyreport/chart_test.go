package energyreport

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel"
)

// However many columns there are, a bar has at most one colour more than the palette, every row keeps its energy, and
// the parts of the longest bar fill the room.
func TestStackedBarsKeepEnergies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b table
		want := map[string]hwmodel.Energy{}
		for range rapid.IntRange(1, 40).Draw(t, "cells") {
			row := fmt.Sprint("row", rapid.IntRange(0, 4).Draw(t, "row"))
			e := hwmodel.Atto[hwmodel.Joule](rapid.Int64Range(0, 1e12).Draw(t, "energy"))
			b.add(row, fmt.Sprint("column", rapid.IntRange(0, 12).Draw(t, "column")), e)
			want[row] = want[row].Plus(e)
		}
		if len(b.rows) == 0 {
			return
		}
		drawn := b.stacked("title", "caption")
		require.LessOrEqual(t, len(b.columns), mostSeries+1)
		for _, r := range b.rows {
			require.Equal(t, want[r], b.row(r))
		}
		// The bars of a row lie side by side: their widths add up to at most the room, and of one row to all of it.
		widths, most := map[string]float64{}, 0.0
		for _, m := range regexp.MustCompile(`y="([0-9.]+)" width="([0-9.]+)" height="12.00"`).FindAllStringSubmatch(string(drawn.SVG), -1) {
			w, err := strconv.ParseFloat(m[2], 64)
			require.NoError(t, err)
			widths[m[1]] += w
			most = max(most, widths[m[1]])
		}
		require.Len(t, widths, len(b.rows))
		require.InDelta(t, chartWidth-labelWidth-valueWidth, most, 0.1)
	})
}

// An axis begins and ends at powers of ten around all that is on it.
func TestScale(t *testing.T) {
	chip, err := hwmodel.Chip("loihi_davies2018")
	require.NoError(t, err)
	c := hwmodel.Counts{List: []hwmodel.Count{{Path: hwmodel.Path{Population: "a"}, Term: hwmodel.SynapticOp, N: 1000}}}
	b, err := hwmodel.Price(c, chip, hwmodel.Conditions{})
	require.NoError(t, err)
	s, ok := scaleOf([]*hwmodel.Bill{b}) // 23.6 nJ to 35.5 nJ
	require.True(t, ok)
	require.Equal(t, scale{-8, -7}, s)
	require.InDelta(t, 0.3729, s.at(b.Total()), 1e-4)
	require.Equal(t, "10 nJ", decade(s.lo))
	require.Equal(t, "100 nJ", decade(s.hi))
	s, ok = scaleOf(nil, hwmodel.Atto[hwmodel.Joule](1000))
	require.True(t, ok)
	require.Equal(t, scale{-15, -14}, s) // a single power of ten still has an axis
	_, ok = scaleOf(nil)
	require.False(t, ok)
}

func TestNumbers(t *testing.T) {
	require.Equal(t, "1234", count(1234))
	require.Equal(t, "12\u202f345\u202f678", count(12345678))
	require.Equal(t, "0.5", real(0.5))
	require.Equal(t, "12\u202f345", real(12345))
	require.Equal(t, "× 0.0843", times(0.08432))
	require.Equal(t, "× 1057", times(1057.3))
	require.Equal(t, "–", times(math.NaN()))
	require.Equal(t, "–", share(hwmodel.Energy{}, hwmodel.Energy{}))
	require.Equal(t, "25.0 %", share(hwmodel.Atto[hwmodel.Joule](1), hwmodel.Atto[hwmodel.Joule](4)))
	require.Equal(t, "abc…", shorten("abcdef", 4))
	require.Equal(t, "abcd", shorten("abcd", 4))
	require.Equal(t, "1.23 MJ", short(hwmodel.Atto[hwmodel.Joule](1e18).Times(1234567)))
	require.Equal(t, "1000 fJ", short(hwmodel.Atto[hwmodel.Joule](999_600)))
	require.Equal(t, "0 J", short(hwmodel.Energy{}))
}
