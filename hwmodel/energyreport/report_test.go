package energyreport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel"
	"couplet/hwmodel/energyreport"
	"couplet/hwmodel/estimate"
	"couplet/hwmodel/opcount"
	"couplet/sim"
	"couplet/sim/netfile"
)

// network is two layers that spike.
const network = `network: pair & more
tick: 1 step
populations:
  in: {model: if, size: 3, params: {V_th: 1}}
  out: {model: lif, size: 2, params: {V_th: 0.5, lambda: 0.5}}
stimuli:
  drive: {model: dc, to: in, amplitude: 0.6}
projections:
  - {from: in, to: out, rule: all_to_all, weight: 0.1, delay: 0 steps}
record:
  - {what: spikes, from: in}
run: 20 steps
`

// report is that of the network on a chip, beside others.
func report(t require.TestingT, chip string, compared ...string) *energyreport.Report {
	net, err := netfile.Read("net.yaml", []byte(network), netfile.Options{})
	require.NoError(t, err)
	program, err := sim.Compile(net, sim.Options{Workers: 1})
	require.NoError(t, err)
	s := program.Start()
	require.NoError(t, s.RunTicks(context.Background(), 20))
	counts, err := hwmodel.FromActivity(net, s.Activity(), hwmodel.Origin{})
	require.NoError(t, err)
	ops, err := estimate.Operations(estimate.Run{Network: net, Activity: s.Activity(), Spikes: s.Spikes()}, opcount.Exact())
	require.NoError(t, err)
	metrics, err := estimate.NeuroBench(estimate.Run{Network: net, Activity: s.Activity(), Spikes: s.Spikes()})
	require.NoError(t, err)
	tick, err := hwmodel.Parse[hwmodel.Second]("1 ms")
	require.NoError(t, err)
	cond := hwmodel.Conditions{Duration: tick.Times(20)}
	r := &energyreport.Report{Network: net.Name, Version: "couplet test", Activity: s.Activity(), Steps: true, Operations: ops, Metrics: metrics, Config: []byte(network)}
	profiles := []*hwmodel.Profile{profile(t, "cmos45_int8")}
	r.Bill, err = hwmodel.Price(counts, profile(t, chip), cond)
	require.NoError(t, err)
	for _, name := range compared {
		b, err := hwmodel.Price(counts, profile(t, name), cond)
		require.NoError(t, err)
		r.Compared = append(r.Compared, b)
		profiles = append(profiles, b.Profile)
	}
	r.Conventional, err = energyreport.PriceConventional(ops, profiles, 1)
	require.NoError(t, err)
	r.Sensitivity, err = hwmodel.Sensitivity(counts, r.Bill.Profile, cond, hwmodel.WhatIf{Rates: []float64{2}, WeightBits: []int{4}})
	require.NoError(t, err)
	return r
}

func profile(t require.TestingT, name string) *hwmodel.Profile {
	p, err := hwmodel.Chip(name)
	require.NoError(t, err)
	return p
}

func page(t require.TestingT, r *energyreport.Report) string {
	var b bytes.Buffer
	require.NoError(t, r.WritePage(&b))
	return b.String()
}

// The page says everything that its sections promise, needs nothing from elsewhere and is the same every time.
func TestPage(t *testing.T) {
	r := report(t, "loihi_davies2018", "loihi_davies2018", "truenorth_0v8", "memory45_int8")
	text := page(t, r)
	for _, id := range []string{"pictures", "bill", "totals", "layers", "remainders", "chips", "sensitivity", "ann", "neurobench", "assumptions", "sources", "configuration"} {
		require.Contains(t, text, `<h2 id="`+id+`">`)
	}
	require.Contains(t, text, "Energy of pair &amp; more on loihi_davies2018")
	require.Equal(t, 3, strings.Count(text, "<svg "))
	require.Contains(t, text, "<strong>Part of the energy is missing.</strong>")
	require.Contains(t, text, "in the price of synaptic_op")
	require.Contains(t, text, "firing rates x 2")
	for _, key := range []string{"davies2018", "akopyan2015", "horowitz2014"} { // of all bills, each once
		require.Equal(t, 1, strings.Count(text, "<dt>"+key+"</dt>"), key)
	}
	require.Contains(t, text, "<li>memory45_int8: one addition computes the address of a synapse</li>")
	require.Contains(t, text, "memory45_int8 + weights")
	require.Contains(t, text, "Front. Neurosci. 15, 651141, 2021")
	require.Contains(t, text, "energy stated as a minimum, time as a maximum")
	require.Contains(t, text, "populations:\n  in:")
	require.NotRegexp(t, `(src|href)="(https?:)?//`, text)
	require.NotContains(t, text, "%!")
	require.NotContains(t, text, "<script")
	require.Equal(t, text, page(t, r))
}

// A bill is compared with the conventional network of its own profile, with the reads of weights where they have a price,
// and with the first one where the chip cannot compute it.
func TestComparedWithItsOwn(t *testing.T) {
	r := report(t, "loihi_davies2018", "truenorth_0v8", "memory45_int8")
	text := html.UnescapeString(page(t, r))
	ratio := func(b *hwmodel.Bill, c energyreport.Conventional) string {
		return fmt.Sprintf("× %.3g", b.Dynamic().Float()/c.Dynamic().Float())
	}
	own := ratio(r.Compared[1], r.Conventional[2])
	require.Equal(t, "memory45_int8 + weights", r.Conventional[2].Name())
	require.Regexp(t, `<td>× [0-9]+ cmos45_int8</td>`, text) // TrueNorth
	require.Contains(t, text, "<td>"+own+" memory45_int8 + weights</td>")
	require.Regexp(t, `<th scope="row">memory45_int8 \+ weights</th>.*<td class="n">`+regexp.QuoteMeta(r.Compared[1].Dynamic().String())+`</td><td class="n">`+own+`</td></tr>`, text)
	require.Regexp(t, `<th scope="row">cmos45_int8</th>.*<td class="n">–</td><td class="n">–</td></tr>`, text)
}

// Every element that is opened is closed: the drawings are XML.
func TestDrawingsAreXML(t *testing.T) {
	text := page(t, report(t, "odin_0v55", "odin_0v55", "spinnaker2"))
	list := regexp.MustCompile(`(?s)<svg .*?</svg>`).FindAllString(text, -1)
	require.Len(t, list, 3)
	for _, svg := range list {
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
		}
	}
}

// Counts on cores: those that take most come first, and the page says how many are left out.
func TestCores(t *testing.T) {
	var c hwmodel.Counts
	for core := range 20 {
		c.List = append(c.List, hwmodel.Count{
			Path: hwmodel.Path{Chip: "chip", Core: fmt.Sprintf("0.%d", core), Population: "a"}, Term: hwmodel.SynapticOp, N: int64(core + 1),
		})
	}
	b, err := hwmodel.Price(c, profile(t, "spinnaker2"), hwmodel.Conditions{})
	require.NoError(t, err)
	text := page(t, &energyreport.Report{Bill: b})
	shown := energies(t, text, "cores", 1)
	require.Len(t, shown, 16)
	require.Equal(t, "9 nJ", shown[0].String()) // 20 x 450 pJ
	require.Contains(t, text, `<th scope="row">chip/0.19</th>`)
	require.Contains(t, text, "The cores that take most; 4 others are left out.")
	require.NotContains(t, page(t, report(t, "spinnaker2")), `id="cores"`)
}

// Only the bill must be there.
func TestLittleToShow(t *testing.T) {
	r := report(t, "keras_gpu")
	text := page(t, &energyreport.Report{Bill: r.Bill})
	require.Contains(t, text, "Unnamed network on keras_gpu")
	require.Contains(t, text, "The device is not event-driven")
	require.NotContains(t, text, `id="chips"`)
	require.NotContains(t, text, `id="ann"`)
	require.EqualError(t, (&energyreport.Report{}).WritePage(io.Discard), "energyreport: a report without a bill, there is nothing to show")

	// A bill on which nothing has a price has no pictures.
	empty, err := hwmodel.Price(hwmodel.Counts{}, profile(t, "spinnaker2"), hwmodel.Conditions{})
	require.NoError(t, err)
	text = page(t, &energyreport.Report{Bill: empty, Compared: []*hwmodel.Bill{empty}})
	require.NotContains(t, text, "<svg")
	require.NoError(t, energyreport.WriteBars(io.Discard, []*hwmodel.Bill{empty}))
}

// energies reads the energies of one column of the table below a heading.
func energies(t require.TestingT, text, heading string, column int) []hwmodel.Energy {
	_, below, ok := strings.Cut(text, `<h2 id="`+heading+`">`)
	require.True(t, ok, heading)
	_, below, _ = strings.Cut(below, "<tbody>")
	body, _, _ := strings.Cut(below, "</tbody>")
	var list []hwmodel.Energy
	for _, row := range regexp.MustCompile(`(?s)<tr.*?</tr>`).FindAllString(body, -1) {
		cells := regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row, -1)
		require.Greater(t, len(cells), column)
		e, err := hwmodel.Parse[hwmodel.Joule](html.UnescapeString(cells[column][1]))
		if err == nil {
			list = append(list, e)
		}
	}
	return list
}

// Counts at random on any chip: the rows of the page are those of the bill, its sums are the bill's totals, and rows
// add up to them within the six digits that are shown.
func TestTotalsOfThePageAreThoseOfTheBill(t *testing.T) {
	terms := []hwmodel.Term{hwmodel.SynapticOpConv, hwmodel.NeuronUpdateActive, hwmodel.SpikePositive, hwmodel.WeightFetch, hwmodel.InputCurrent}
	rapid.Check(t, func(t *rapid.T) {
		var c hwmodel.Counts
		for range rapid.IntRange(1, 12).Draw(t, "counts") {
			c.List = append(c.List, hwmodel.Count{
				Path: hwmodel.Path{Population: rapid.SampledFrom([]string{"a", "b", "conv1/E", "<p>"}).Draw(t, "population")},
				Term: rapid.SampledFrom(terms).Draw(t, "term"), N: rapid.Int64Range(0, 1e9).Draw(t, "n"),
			})
		}
		chip := rapid.SampledFrom([]string{"loihi_davies2018", "truenorth_0v8", "memory45_int8", "spinnaker2", "cmos45_fp32"}).Draw(t, "chip")
		ms, err := hwmodel.Parse[hwmodel.Second]("1 ms")
		require.NoError(t, err)
		b, err := hwmodel.Price(c, profile(t, chip), hwmodel.Conditions{Duration: ms.Times(rapid.Int64Range(0, 100).Draw(t, "ms"))})
		require.NoError(t, err)
		text := page(t, &energyreport.Report{Network: "random", Bill: b})

		shown := energies(t, text, "bill", 5)
		want := []hwmodel.Energy{}
		for _, r := range b.Rows() {
			if r.Status == hwmodel.Priced {
				want = append(want, rounded(t, r.Energy))
			}
		}
		require.ElementsMatch(t, texts(want), texts(shown))
		closeTo(t, b.Dynamic(), sum(shown), len(shown))

		_, totals, _ := strings.Cut(text, `<h2 id="totals">`)
		require.Contains(t, totals, `<th scope="row">dynamic</th><td class="n">`+b.Dynamic().String()+"</td>")
		require.Contains(t, totals, `<tr class="total"><th scope="row">total</th><td class="n">`+b.Total().String()+"</td>")
		layers := energies(t, text, "layers", 1)
		if len(layers) > 0 {
			require.Equal(t, rounded(t, b.Dynamic()), layers[len(layers)-1])
			closeTo(t, b.Dynamic(), sum(layers[:len(layers)-1]), len(layers))
		}
	})
}

// rounded is an energy as a text shows it.
func rounded(t require.TestingT, e hwmodel.Energy) hwmodel.Energy {
	if e.Sign() == 0 {
		return e
	}
	r, err := hwmodel.Parse[hwmodel.Joule](e.String())
	require.NoError(t, err)
	return r
}

func texts(list []hwmodel.Energy) []string {
	out := []string{}
	for _, e := range list {
		out = append(out, e.String())
	}
	return out
}

func sum(list []hwmodel.Energy) hwmodel.Energy {
	var s hwmodel.Energy
	for _, e := range list {
		s = s.Plus(e)
	}
	return s
}

// closeTo tells whether a sum of n numbers of six digits is the exact one.
func closeTo(t require.TestingT, exact, got hwmodel.Energy, n int) {
	off := new(big.Int).Abs(exact.Minus(got).Atto())
	off.Mul(off, big.NewInt(1e5))
	require.LessOrEqual(t, off.Cmp(new(big.Int).Mul(exact.Plus(hwmodel.Atto[hwmodel.Joule](1)).Atto(), big.NewInt(int64(n+1)))), 0)
}

// The numbers of the conventional network are those of the operations.
func TestReference(t *testing.T) {
	r := report(t, "loihi_davies2018", "memory45_int8")
	x := r.Reference()
	require.Equal(t, "estimate", x.Kind)
	require.EqualValues(t, 6, x.MACs)
	require.Len(t, x.Energies, 3)
	require.Equal(t, "1.38 pJ", x.Energies[0].PerInference.String()) // 6 x 0.23 pJ
	require.True(t, x.Energies[2].Weights)
	require.Equal(t, "16.38 pJ", x.Energies[2].PerInference.String()) // and 6 x 2.5 pJ
	require.InDelta(t, float64(r.Activity.Projections[0].Events)/6, *x.SpikesPerSynapse, 1e-12)
	require.Len(t, x.BreakEvens, len(opcount.BreakEvens()))
	data, err := json.Marshal(x)
	require.NoError(t, err)
	require.Contains(t, string(data), `"multiply_accumulates_per_inference":6`)

	require.Equal(t, []energyreport.ReferenceEnergy{}, (&energyreport.Report{}).Reference().Energies)
}

// A chip without a price for multiply-accumulates is no conventional network.
func TestPriceConventional(t *testing.T) {
	r := report(t, "loihi_davies2018")
	list, err := energyreport.PriceConventional(r.Operations, []*hwmodel.Profile{profile(t, "loihi_davies2018"), profile(t, "cmos45_fp32"), profile(t, "cmos45_fp32")}, 1)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "cmos45_fp32", list[0].Name())
	require.Equal(t, "27.6 pJ", list[0].Total().String()) // 6 x 4.6 pJ
}

// The bars of a terminal, as they stand in testdata.
func TestBars(t *testing.T) {
	r := report(t, "loihi_davies2018", "loihi_davies2018", "truenorth_0v8", "spinnaker2", "cmos45_int8")
	var b bytes.Buffer
	require.NoError(t, energyreport.WriteBars(&b, r.Compared))
	want, err := os.ReadFile(filepath.Join("testdata", "bars.txt"))
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// The metrics of NeuroBench with its digits.
func TestMetricRows(t *testing.T) {
	rows := energyreport.MetricRows(&estimate.Metrics{
		Parameters: 12345, Footprint: 49380, ConnectionSparsity: 0.25, ActivationSparsity: 1.0 / 3,
		SparsityByLayer: []estimate.LayerSparsity{{Layer: "a", Sparsity: 0.5}}, EffectiveACs: 1234.5, Dense: 1e6, MembraneUpdatesBound: 7,
	})
	values := map[string]string{}
	for _, r := range rows {
		values[strings.TrimSpace(r.Name)] = r.Value
	}
	require.Equal(t, map[string]string{
		"parameters": "12\u202f345", "footprint": "49\u202f380 bytes", "connection sparsity": "0.2500", "activation sparsity": "0.333333",
		"of a": "0.5", "effective MACs": "0", "effective ACs": "1234.5", "dense operations": "1\u202f000\u202f000", "membrane updates": "≤ 7",
	}, values)
}
