package hwmodel_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel"
)

// drawCounts draws counts at random places.
func drawCounts(t *rapid.T) hwmodel.Counts {
	names := func(prefix string) *rapid.Generator[string] {
		return rapid.Map(rapid.IntRange(0, 3), func(i int) string {
			if i == 0 {
				return ""
			}
			return fmt.Sprint(prefix, i)
		})
	}
	one := rapid.Custom(func(t *rapid.T) hwmodel.Count {
		term := rapid.SampledFrom(hwmodel.Terms()).Draw(t, "term")
		c := hwmodel.Count{
			Path: hwmodel.Path{Chip: names("chip").Draw(t, "chip"), Core: names("core").Draw(t, "core"),
				Population: names("pop").Draw(t, "population"), Projection: names("from").Draw(t, "projection"), Operation: names("op").Draw(t, "operation")},
			Layer: names("layer").Draw(t, "layer"),
			Place: hwmodel.Place{File: names("net").Draw(t, "file"), Line: rapid.IntRange(0, 9).Draw(t, "line")},
			Term:  term.Term, N: rapid.OneOf(rapid.Int64Range(0, 1_000_000), rapid.Int64Range(0, hwmodel.MaxEvents/128)).Draw(t, "n"),
		}
		if term.Sized || rapid.Bool().Draw(t, "sized") {
			c.Memory = hwmodel.Memory{Bytes: rapid.Int64Range(1, 1<<22).Draw(t, "bytes"), Bits: rapid.IntRange(1, 128).Draw(t, "bits")}
		}
		return c
	})
	return hwmodel.Counts{List: rapid.SliceOfN(one, 0, 40).Draw(t, "counts")}
}

func drawProfile(t *rapid.T) *hwmodel.Profile {
	p, err := hwmodel.Chip(rapid.SampledFrom(hwmodel.Chips()).Draw(t, "profile"))
	require.NoError(t, err)
	return p
}

func drawConditions(t *rapid.T) hwmodel.Conditions {
	return hwmodel.Conditions{
		Duration: hwmodel.Atto[hwmodel.Second](rapid.Int64Range(0, 1e18).Draw(t, "duration")),
		Clock:    hwmodel.Atto[hwmodel.Hertz](rapid.Int64().Draw(t, "clock") & (1<<62 - 1)),
		Chips:    rapid.IntRange(0, 5).Draw(t, "chips"), Inferences: rapid.Int64Range(0, 9).Draw(t, "inferences"),
	}
}

func sumOf(lines []hwmodel.Line) (e hwmodel.Energy) {
	for _, l := range lines {
		e = e.Plus(l.Energy)
	}
	return e
}

// independent adds counts × prices as big integers, with nothing of the bill but its prices.
func independent(c hwmodel.Counts, b *hwmodel.Bill) *big.Int {
	type charged struct {
		term   hwmodel.Term
		memory hwmodel.Memory
	}
	perEvent := map[charged]*big.Int{} // attojoules of one event of a term
	seen := map[string]bool{}
	for _, i := range b.Items {
		key := charged{i.Count.Term, i.Count.Memory}
		part := fmt.Sprint(key, i.Part, i.As, i.Memory)
		if perEvent[key] == nil {
			perEvent[key] = new(big.Int)
		}
		if !seen[part] {
			seen[part] = true
			perEvent[key].Add(perEvent[key], new(big.Int).Mul(i.Price.Energy.Atto(), big.NewInt(i.Times)))
		}
	}
	sum := new(big.Int)
	for _, one := range c.List {
		if one.N > 0 {
			sum.Add(sum, new(big.Int).Mul(perEvent[charged{one.Term, one.Memory}], big.NewInt(one.N)))
		}
	}
	return sum
}

// femto rounds an energy to femtojoules, halves up.
func femto(e hwmodel.Energy) *big.Int {
	n := e.Atto()
	n.Add(n, big.NewInt(500))
	return n.Quo(n, big.NewInt(1000))
}

// TestConservation: whatever was counted and whatever it costs, the layers, the terms, the parts, the cores,
// the rows, the CSV and counts × prices are the same energy to the last attojoule, and the samples of the
// profile to the last femtojoule.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		b, err := hwmodel.Price(c, drawProfile(t), drawConditions(t))
		require.NoError(t, err)
		dynamic := b.Dynamic()
		require.Equal(t, independent(c, b).String(), dynamic.Atto().String())
		for name, lines := range map[string][]hwmodel.Line{"layer": b.ByLayer(), "term": b.ByTerm(), "part": b.ByPart(), "core": b.ByCore()} {
			require.Equal(t, dynamic, sumOf(lines), name)
		}
		var rows, static hwmodel.Energy
		for _, r := range b.Rows() {
			rows = rows.Plus(r.Energy)
		}
		require.Equal(t, dynamic, rows)
		for _, s := range b.Static {
			static = static.Plus(s.Energy)
		}
		require.Equal(t, static, b.StaticEnergy())
		require.Equal(t, dynamic.Plus(static), b.Total())
		least, most := b.Band()
		require.LessOrEqual(t, least.Cmp(b.Total()), 0)
		require.GreaterOrEqual(t, most.Cmp(b.Total()), 0)
		require.Equal(t, b.Total().Atto().String(), csvSum(t, b).String())
		checkPprof(t, c, b)
		checkJSON(t, b)
	})
}

// csvSum adds the energies of the CSV file.
func csvSum(t *rapid.T, b *hwmodel.Bill) *big.Int {
	var file bytes.Buffer
	require.NoError(t, b.WriteCSV(&file))
	records, err := csv.NewReader(&file).ReadAll()
	require.NoError(t, err)
	column := slices.Index(records[0], "energy_aJ")
	sum := new(big.Int)
	for _, r := range records[1:] {
		if r[column] != "" {
			e, ok := new(big.Int).SetString(r[column], 10)
			require.True(t, ok)
			sum.Add(sum, e)
		}
	}
	return sum
}

// checkPprof writes and reads the profile and adds its samples; every population keeps its own sum to a
// femtojoule for each of its samples.
func checkPprof(t *rapid.T, c hwmodel.Counts, b *hwmodel.Bill) {
	var file bytes.Buffer
	err := b.WritePprof(&file, hwmodel.Femtojoules)
	if !femto(b.Total()).IsInt64() {
		require.ErrorContains(t, err, "too large for a profile")
		return
	}
	require.NoError(t, err)
	p, err := profile.Parse(&file)
	require.NoError(t, err)
	energy, events := new(big.Int), int64(0)
	for _, s := range p.Sample {
		require.GreaterOrEqual(t, s.Value[1], int64(0))
		energy.Add(energy, big.NewInt(s.Value[1]))
		if s.Label["term"][0] != "static" {
			events += s.Value[0]
		}
	}
	require.Equal(t, femto(b.Total()).String(), energy.String())
	operations := int64(0)
	for _, i := range b.Items {
		operations += i.Operations()
	}
	require.Equal(t, operations, events)
}

func checkJSON(t *rapid.T, b *hwmodel.Bill) {
	data, err := json.Marshal(b)
	require.NoError(t, err)
	var j struct {
		Total struct{ Exact string }
		Items []struct {
			Status string
			Energy *struct{ Exact string }
		}
	}
	require.NoError(t, json.Unmarshal(data, &j))
	require.Equal(t, b.Total().Atto().String()+" aJ", j.Total.Exact)
	require.Len(t, j.Items, len(b.Items))
	for _, i := range j.Items {
		require.Equal(t, i.Status == "priced", i.Energy != nil, "what has no price has no energy, not 0")
	}
}

// TestMerge: merged counts are the sum of the parts, term by term and layer by layer, and cost as much.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawCounts(t), drawCounts(t)
		sum := hwmodel.Merge(a, b)
		require.NoError(t, sum.Check())
		for _, term := range hwmodel.Terms() {
			require.Equal(t, a.Total(term.Term)+b.Total(term.Term), sum.Total(term.Term), term.Term)
		}
		p := drawProfile(t)
		bill := func(c hwmodel.Counts) hwmodel.Energy {
			x, err := hwmodel.Price(c, p, hwmodel.Conditions{})
			require.NoError(t, err)
			return x.Dynamic()
		}
		require.Equal(t, bill(a).Plus(bill(b)), bill(sum))
		require.Equal(t, bill(a), bill(hwmodel.Merge(a)))
		perLayer := map[hwmodel.Term]int64{}
		for _, l := range sum.PerLayer() {
			for _, x := range l.Terms {
				perLayer[x.Term] += x.N
			}
		}
		for _, x := range sum.PerTerm() {
			require.Equal(t, x.N, perLayer[x.Term], x.Term)
		}
	})
}

// TestQuantityText: what a quantity writes is what it is, to six digits.
func TestQuantityText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := hwmodel.Atto[hwmodel.Joule](rapid.Int64Range(0, 1<<62).Draw(t, "atto"))
		text := e.String()
		if e.Sign() == 0 {
			require.Equal(t, "0 J", text)
			return
		}
		back, err := hwmodel.Parse[hwmodel.Joule](text)
		require.NoError(t, err, text)
		require.InEpsilon(t, e.Float(), back.Float(), 5.1e-6, text)
		require.Regexp(t, `^[0-9]{1,3}(\.[0-9]+)? [afpnum]?J$`, text)
	})
}
