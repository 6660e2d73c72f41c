package result_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/sim"
	"couplet/sim/result"
)

func reportOf(t *testing.T, r result.Run) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, result.Write(dir, r))
	return files(t, dir)["report.html"]
}

// contains and lacks look for a text without printing the whole page when they fail.
func contains(t *testing.T, page, text string) {
	t.Helper()
	require.True(t, strings.Contains(page, text), "the page must contain %q", text)
}

func lacks(t *testing.T, page, text string) {
	t.Helper()
	require.False(t, strings.Contains(page, text), "the page must not contain %q", text)
}

// matches looks for a regular expression likewise.
func matches(t *testing.T, page, expression string) {
	t.Helper()
	require.True(t, regexp.MustCompile(expression).MatchString(page), "the page must match %s", expression)
}

// TestReportStandsAlone: no script, nothing from elsewhere, colours that follow the page.
func TestReportStandsAlone(t *testing.T) {
	for _, r := range []result.Run{small(), camera(10)} {
		page := reportOf(t, r)
		lacks(t, page, "http:")
		lacks(t, page, "https:")
		lacks(t, page, "<script")
		lacks(t, page, "@import")
		contains(t, page, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
		contains(t, page, `name="viewport"`)
		for _, link := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			require.Regexp(t, `^(data:image/|[a-z]+\.(json|yaml|npz|csv)$)`, link[1])
		}
		body := page[strings.Index(page, "<body>"):]
		require.Empty(t, regexp.MustCompile(`#[0-9A-Fa-f]{6}\b`).FindString(body), "every colour is a variable of the style")
		matches(t, body, `fill:var\(--series-1\)`)
	}
}

func TestPicturesOfTheReportAreDescribed(t *testing.T) {
	page := reportOf(t, small())
	require.Equal(t, 5, strings.Count(page, "<svg"))
	require.Equal(t, 5, strings.Count(page, `<svg role="img" aria-label="`))
	require.Equal(t, 5, strings.Count(page, "<figcaption>"))
	contains(t, page, `aria-label="Population rate (spikes/s per neuron). Firing rate of exc and inh`)
}

func TestTablesOfTheReport(t *testing.T) {
	page := reportOf(t, small())
	matches(t, page, `<tr><th scope="row">exc</th><td>iaf_psc_delta</td><td class="n">40</td>`)
	matches(t, page, `<tr><th scope="row">exc-&gt;inh</th><td>exc</td><td>inh</td><td>fixed_indegree</td><td>static</td><td class="n">1000</td><td class="n">100</td>`)
	contains(t, page, "Poisson, 20\u202f000 spikes/s")
	contains(t, page, "Weight updates")
	lacks(t, page, "Negative")
	contains(t, page, "network: balanced")

	signed := reportOf(t, camera(10))
	contains(t, signed, `<th scope="col" class="n">Negative</th>`)
	contains(t, signed, "2 × 34 × 34")
	contains(t, signed, "Rate (spikes/step)")
	lacks(t, signed, "Weight updates")
}

func TestReportHasNoWallClockTimes(t *testing.T) {
	r := undrawn()
	r.Timing.Machine = "machine of this run"
	r.Timing.Phases[1].Seconds = 123.456789
	page := reportOf(t, r)
	lacks(t, page, r.Timing.Machine)
	lacks(t, page, "123.4")
	contains(t, page, `<a href="timing.json">`)
}

func TestAStoppedRunSaysSo(t *testing.T) {
	contains(t, reportOf(t, camera(10)), "This run was stopped after 10 steps of 20 steps.")
	r := camera(10)
	r.PlannedMs = 0
	contains(t, reportOf(t, r), "This run was stopped after 10 steps. ")
	lacks(t, reportOf(t, small()), "stopped")
}

// TestNamesCannotBreakThePage: names are the user's and may hold anything.
func TestNamesCannotBreakThePage(t *testing.T) {
	evil := `</svg><script>alert("&1")</script>`
	pop := &sim.Population{Name: evil, Size: 2, Shape: []int{1, 1, 2}}
	s := train(pop.All(), []int64{1}, []uint32{0})
	tr := &sim.Trace{Recorder: &sim.Recorder{What: evil, From: pop.All()}, Unit: evil, Ticks: []int64{1}, Values: []float64{1, 2}}
	o := outline(evil, 1, true, pop)
	page := reportOf(t, result.Run{
		Outline: o, Version: evil, Config: []byte(evil), Activity: activity(o, 2, s),
		Spikes: []*sim.SpikeTrain{s}, Traces: []*sim.Trace{tr},
	})
	lacks(t, page, "<script")
	require.Equal(t, strings.Count(page, "<svg"), strings.Count(page, "</svg>"))
}

func TestAnUnnamedNetworkHasATitle(t *testing.T) {
	r := undrawn()
	r.Outline.Name = ""
	contains(t, reportOf(t, r), "<h1>Unnamed network</h1>")
}
