package result

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

// Colours of the pictures. In the report they are replaced by variables of the page's style, which
// has other values for a dark screen; each must therefore occur in one role only.
var (
	paper = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF} // background
	ink   = color.NRGBA{0x1F, 0x23, 0x28, 0xFF} // text, axes, marks
	faint = color.NRGBA{0xD5, 0xDA, 0xDF, 0xFF} // grid and separators
	muted = color.NRGBA{0x59, 0x63, 0x6E, 0xFF} // notes
)

// series are the colours of populations: the palette of M. Okabe and K. Ito for readers of any colour
// vision, without its black and yellow. Pictures name every population in words beside its colour.
var series = []color.NRGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
}

func seriesColor(i int) color.NRGBA { return series[i%len(series)] }

// tint is a colour at a fifth of its strength. The drawing library divides the strength out again and
// cuts off the rest; rounding up here gives it back exactly the colour that [Figure.inline] looks for.
type tint struct{ color.NRGBA }

func (t tint) RGBA() (r, g, b, a uint32) {
	up := func(v uint8) uint32 { return (uint32(v)*0x101 + 4) / 5 }
	return up(t.R), up(t.G), up(t.B), 0xFFFF / 5
}

// Sizes of text. A picture is as wide as the screen of a phone, so that its text stays legible there.
const (
	figureWidth vg.Length = 380
	titleSize   vg.Length = 12.5
	labelSize   vg.Length = 10.5
	tickSize    vg.Length = 10
	margin      vg.Length = 8
)

func sans(size vg.Length, weight xfont.Weight) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: size}
}

func textStyle(size vg.Length, c color.Color) text.Style {
	return text.Style{Color: c, Font: sans(size, xfont.WeightNormal), Handler: plot.DefaultTextHandler}
}

// newPlot is an empty plot in the house's style. Axes have no range yet.
func newPlot(x, y string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil // the figure fills its whole canvas
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color = ink
		axis.Width = 0.6
		axis.Padding = 3
		axis.Label.TextStyle.Font = sans(labelSize, xfont.WeightNormal)
		axis.Label.TextStyle.Color = ink
		axis.Label.Padding = 2
		axis.Tick.Color = ink
		axis.Tick.Width = 0.6
		axis.Tick.Length = 3
		axis.Tick.Label.Font = sans(tickSize, xfont.WeightNormal)
		axis.Tick.Label.Color = ink
		axis.Tick.Marker = ticks{5}
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	return p
}

// hideTickLabels keeps the tick marks of an axis that shares its scale with the one below.
func hideTickLabels(a *plot.Axis) {
	a.Tick.Marker = bare{a.Tick.Marker}
	a.Label.Text = ""
}

// bare are ticks without labels.
type bare struct{ plot.Ticker }

func (b bare) Ticks(lo, hi float64) []plot.Tick {
	list := b.Ticker.Ticks(lo, hi)
	for i := range list {
		list[i].Label = ""
	}
	return list
}

// ticks puts labelled ticks at round numbers (1, 2 or 5 times a power of ten), at most so many.
type ticks struct{ most int }

func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	step := roundStep((hi - lo) / float64(t.most))
	if !(step > 0) || math.IsInf(step, 0) {
		return nil
	}
	var list []plot.Tick
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9*step && len(list) <= t.most; k++ {
		list = append(list, plot.Tick{Value: k * step, Label: number(k*step, step)})
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

// corner writes a note at the upper right of a plot's data, with the colour that it explains.
type corner struct {
	text string
	key  color.Color // nil: no key
}

func (n corner) Plot(c draw.Canvas, _ *plot.Plot) {
	style := textStyle(tickSize, ink)
	style.XAlign, style.YAlign = text.XRight, text.YTop
	at := vg.Point{X: c.Max.X - 2, Y: c.Max.Y}
	if n.key != nil {
		const side = 6
		left, top := at.X-style.Width(n.text)-side-4, at.Y-2
		c.SetColor(n.key)
		c.Fill(vg.Rectangle{Min: vg.Point{X: left, Y: top - side}, Max: vg.Point{X: left + side, Y: top}}.Path())
	}
	c.FillText(style, at, n.text)
}

// empty writes in the middle of a plot why it shows nothing.
type empty struct{ why string }

func (e empty) Plot(c draw.Canvas, _ *plot.Plot) {
	style := textStyle(labelSize, muted)
	style.XAlign, style.YAlign = text.XCenter, text.YCenter
	c.FillText(style, c.Center(), e.why)
}

// shorten cuts a name that has no room.
func shorten(name string, most int) string {
	runes := []rune(name)
	if len(runes) <= most {
		return name
	}
	return string(runes[:most-1]) + "…"
}
