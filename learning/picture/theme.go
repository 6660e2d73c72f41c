package picture

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Colours, those of the pictures of package result. On a page they are replaced by variables, see
// [Picture.Inline]; each must therefore occur in one role only.
var (
	paper = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF} // background
	ink   = color.NRGBA{0x1F, 0x23, 0x28, 0xFF} // text, axes, marks
	faint = color.NRGBA{0xD5, 0xDA, 0xDF, 0xFF} // grid
	muted = color.NRGBA{0x59, 0x63, 0x6E, 0xFF} // notes
)

// series are the colours of curves and bars: the palette of M. Okabe and K. Ito for readers of any
// colour vision, without its black and yellow.
var series = []color.NRGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
}

// Sizes. A picture is as wide as the screen of a phone, so that its text stays legible there.
const (
	width     vg.Length = 380
	titleSize vg.Length = 12.5
	labelSize vg.Length = 10.5
	tickSize  vg.Length = 10
	margin    vg.Length = 8
	headRoom  vg.Length = titleSize + 9
)

func textStyle(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color: c, Handler: plot.DefaultTextHandler,
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: xfont.WeightNormal, Size: size},
	}
}

// newPlot is an empty plot. Its axes have no range yet.
func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil // the picture fills its whole canvas
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Color, a.Width, a.Padding = ink, 0.6, 3
		a.Label.TextStyle.Font, a.Label.TextStyle.Color, a.Label.Padding = textStyle(labelSize, ink).Font, ink, 2
		a.Tick.Color, a.Tick.Width, a.Tick.Length = ink, 0.6, 3
		a.Tick.Label.Font, a.Tick.Label.Color = textStyle(tickSize, ink).Font, ink
		a.Tick.Marker = ticks{most: 5}
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	return p
}

// ticks puts labelled ticks at round numbers (1, 2 or 5 times a power of ten), at most so many.
type ticks struct {
	most  int
	whole bool // at whole numbers only
}

// Ticks implements [plot.Ticker].
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	step := roundStep((hi - lo) / float64(t.most))
	if t.whole {
		step = max(step, 1)
	}
	if !(step > 0) || math.IsInf(step, 0) {
		return nil
	}
	var list []plot.Tick
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9*step && len(list) <= t.most; k++ {
		list = append(list, plot.Tick{Value: k * step, Label: number(k*step, step)})
	}
	return list
}

// counted are ticks for an axis that begins at 1, such as epochs: 1, and round numbers beyond it.
type counted struct{ most int }

// Ticks implements [plot.Ticker].
func (t counted) Ticks(lo, hi float64) []plot.Tick {
	list := []plot.Tick{{Value: 1, Label: "1"}}
	round := ticks{most: t.most, whole: true}.Ticks(0, hi)
	for i, k := range round {
		if k.Value <= 1 || i == 1 && k.Value-1 < (hi-lo)/20 {
			continue // 0, or too near to the 1 for its label
		}
		list = append(list, k)
	}
	return list
}

// decades puts labelled ticks at powers of ten, and at 2 and 5 times those on a short axis.
type decades struct{}

// Ticks implements [plot.Ticker].
func (decades) Ticks(lo, hi float64) []plot.Tick {
	if !(lo > 0) || !(hi > lo) || math.IsInf(hi, 0) {
		return nil
	}
	var list []plot.Tick
	for e := math.Floor(math.Log10(lo)); e <= math.Ceil(math.Log10(hi)); e++ {
		for _, m := range []float64{1, 2, 5} {
			x := m * math.Pow(10, e)
			if x < lo*(1-1e-9) || x > hi*(1+1e-9) {
				continue
			}
			label := ""
			if m == 1 || hi/lo < 100 {
				label = strconv.FormatFloat(x, 'g', 3, 64)
			}
			list = append(list, plot.Tick{Value: x, Label: label})
		}
	}
	return list
}

// roundStep is the smallest of 1, 2 and 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return math.NaN()
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// number writes a multiple of step with the digits that step needs and a real minus sign.
func number(x, step float64) string {
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if digits > 5 || math.Abs(x) >= 1e6 {
		s = strconv.FormatFloat(x, 'g', 4, 64)
	}
	if strings.Trim(s, "-0.") == "" {
		return "0"
	}
	return strings.Replace(s, "-", "\u2212", 1)
}

// write writes a text at a place of the canvas.
func write(c draw.Canvas, style text.Style, x, y vg.Length, xa text.XAlignment, ya text.YAlignment, s string) {
	style.XAlign, style.YAlign = xa, ya
	c.FillText(style, vg.Point{X: x, Y: y}, s)
}

// shorten cuts a text that has no room.
func shorten(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
