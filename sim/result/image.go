package result

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"couplet/sim"
)

// maxChannels is the number of channels that are drawn one by one; more of them are summed up.
const maxChannels = 3

// maxPixels bounds the pixels of a channel that is drawn.
const maxPixels = 1 << 22

// counts are the spikes per pixel of one channel, row by row from the top.
type counts struct {
	title         string
	width, height int
	pixel         []int64
}

// image draws the number of spikes of every pixel of a population whose shape is [channels, height,
// width]: the accumulated events of an event camera, or the activity of a layer. It returns nil for
// another shape and for a recorder of a part of the population.
func (r *Run) image(s *sim.SpikeTrain, key string) *Figure {
	pop := s.Recorder.From.Population
	if len(pop.Shape) != 3 || !s.Recorder.From.Whole() {
		return nil
	}
	channels, height, width := pop.Shape[0], pop.Shape[1], pop.Shape[2]
	if !fits(pop.Size, channels, height, width) || height*width == 1 || height*width > maxPixels {
		return nil
	}
	planes := accumulate(s, channels, height, width)
	name := recorderName(s.Recorder)
	caption := fmt.Sprintf("Spikes of every pixel of %s, summed over the whole run, on a scale of square roots; the origin is at the upper left.", name)
	if channels == 2 {
		caption += " For the input of an event camera, channel 0 counts the events of falling brightness (off) and channel 1 those of rising brightness (on)."
	}
	panel := (figureWidth - 2*margin - colorBar - vg.Length(len(planes))*gutter) / vg.Length(len(planes))
	size := min(panel, 200)
	return &Figure{
		Name: "image-" + key, Title: "Spikes per pixel: " + shorten(name, 40), Caption: caption,
		height: 2*margin + titleSize + 40 + max(size*vg.Length(height)/vg.Length(max(height, width)), 90),
		draw:   func(c draw.Canvas) { drawImage(c, planes, size) },
	}
}

// fits tells whether extents are positive and their product is n. It cannot overflow.
func fits(n int, extents ...int) bool {
	for _, k := range extents {
		if k < 1 || n%k != 0 {
			return false
		}
		n /= k
	}
	return n == 1
}

// accumulate counts the spikes of every pixel; with many channels, those of all together.
func accumulate(s *sim.SpikeTrain, channels, height, width int) []counts {
	plane := height * width
	if channels > maxChannels {
		sum := counts{fmt.Sprintf("all %d channels", channels), width, height, make([]int64, plane)}
		for _, neuron := range s.Neurons {
			sum.pixel[int(neuron)%plane]++
		}
		return []counts{sum}
	}
	list := make([]counts, channels)
	for i := range list {
		list[i] = counts{fmt.Sprintf("channel %d", i), width, height, make([]int64, plane)}
	}
	for _, neuron := range s.Neurons {
		list[int(neuron)/plane].pixel[int(neuron)%plane]++
	}
	return list
}

const (
	colorBar vg.Length = 64 // width of the scale at the right
	gutter   vg.Length = 24 // left of every panel, for its ticks
)

// drawImage draws the planes side by side on one scale, each longer side as long as size.
func drawImage(c draw.Canvas, planes []counts, size vg.Length) {
	var most int64
	for _, p := range planes {
		for _, n := range p.pixel {
			most = max(most, n)
		}
	}
	left := c.Min.X
	top := c.Max.Y - 14
	for _, p := range planes {
		scale := size / vg.Length(max(p.width, p.height))
		w, h := scale*vg.Length(p.width), scale*vg.Length(p.height)
		frame := vg.Rectangle{Min: vg.Point{X: left + gutter, Y: top - h}, Max: vg.Point{X: left + gutter + w, Y: top}}
		c.DrawImage(frame, pixels(p, most))
		outline(c, frame)
		write(c, frame.Min.X, top+2, text.XLeft, text.YBottom, p.title)
		write(c, frame.Min.X, frame.Min.Y-3, text.XLeft, text.YTop, "0")
		write(c, frame.Max.X, frame.Min.Y-3, text.XRight, text.YTop, fmt.Sprint(p.width-1))
		write(c, frame.Min.X-3, frame.Max.Y+1, text.XRight, text.YTop, "0")
		write(c, frame.Min.X-3, frame.Min.Y-1, text.XRight, text.YBottom, fmt.Sprint(p.height-1))
		write(c, (frame.Min.X+frame.Max.X)/2, frame.Min.Y-3, text.XCenter, text.YTop, "x (pixel)")
		write(c, frame.Min.X-3, (frame.Min.Y+frame.Max.Y)/2, text.XRight, text.YCenter, "y")
		left += gutter + size
	}
	drawScale(c, left+14, top, most)
}

// drawScale draws the colour bar.
func drawScale(c draw.Canvas, left, top vg.Length, most int64) {
	const width, height = 9, 80
	const detail = 2 // pixels per point
	// Viewers keep the proportions of an image: those of the bar must be those of its frame.
	bar := image.NewNRGBA(image.Rect(0, 0, width*detail, height*detail))
	for y := range height * detail {
		for x := range width * detail {
			bar.SetNRGBA(x, y, heat(1-float64(y)/(height*detail-1)))
		}
	}
	frame := vg.Rectangle{Min: vg.Point{X: left, Y: top - height}, Max: vg.Point{X: left + width, Y: top}}
	c.DrawImage(frame, bar)
	outline(c, frame)
	write(c, frame.Max.X+3, frame.Max.Y+1, text.XLeft, text.YTop, fmt.Sprint(most))
	write(c, frame.Max.X+3, frame.Min.Y-1, text.XLeft, text.YBottom, "0")
	if most >= 4 { // half of the bar on the scale of square roots
		write(c, frame.Max.X+3, (frame.Min.Y+frame.Max.Y)/2, text.XLeft, text.YCenter, fmt.Sprintf("%.3g", float64(most)/4))
	}
	write(c, left, frame.Min.Y-4, text.XLeft, text.YTop, "spikes")
}

func outline(c draw.Canvas, r vg.Rectangle) {
	c.SetLineStyle(draw.LineStyle{Color: ink, Width: 0.6})
	c.Stroke(r.Path())
}

func write(c draw.Canvas, x, y vg.Length, xa text.XAlignment, ya text.YAlignment, s string) {
	style := textStyle(tickSize, ink)
	style.XAlign, style.YAlign = xa, ya
	c.FillText(style, vg.Point{X: x, Y: y}, s)
}

// pixels makes an image of a plane, enlarged to squares of equal colour so that no viewer blurs them.
// Counts are on a scale of square roots: single events stay visible beside busy pixels.
func pixels(p counts, most int64) image.Image {
	zoom := max(1, 360/max(p.width, p.height))
	img := image.NewNRGBA(image.Rect(0, 0, p.width*zoom, p.height*zoom))
	for y := range p.height * zoom {
		for x := range p.width * zoom {
			n := p.pixel[y/zoom*p.width+x/zoom]
			img.SetNRGBA(x, y, heat(math.Sqrt(float64(n)/math.Max(float64(most), 1))))
		}
	}
	return img
}

// heatStops are colours of growing lightness, from dark blue to light yellow, told apart by any colour
// vision and in print without colour.
var heatStops = []color.NRGBA{
	{0x0B, 0x1B, 0x38, 0xFF},
	{0x35, 0x45, 0x6C, 0xFF},
	{0x6B, 0x6E, 0x79, 0xFF},
	{0xA6, 0x9B, 0x76, 0xFF},
	{0xFF, 0xEA, 0x46, 0xFF},
}

// heat is the colour of a share from 0 to 1.
func heat(x float64) color.NRGBA {
	x = min(max(x, 0), 1) * float64(len(heatStops)-1)
	i := min(int(x), len(heatStops)-2)
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + (x-float64(i))*(float64(b)-float64(a)) + 0.5) }
	a, b := heatStops[i], heatStops[i+1]
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xFF}
}
