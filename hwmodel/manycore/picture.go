package manycore

import (
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"
)

// Colours of pictures. Those of populations are the palette of M. Okabe and K. Ito for readers of any colour
// vision, without its black and yellow; every population is also named in words.
const (
	paperColour = "#ffffff"
	inkColour   = "#1f2328"
	faintColour = "#d5dadf"
	mutedColour = "#59636e"
)

var populationColours = []string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"}

// Sizes of a picture, in pixels.
const (
	pictureSide  = 880.0 // longest side of the mesh
	pictureEdge  = 24.0
	largestTile  = 110.0
	gapShare     = 0.3 // of the pitch of tiles: room for the links between them
	legendHeight = 20.0
	leastLabel   = 26.0 // smallest core that has its number written on it
	leastShare   = 2.0  // smallest height of a population on a core
)

// WritePicture draws the mesh of a chip as SVG: its tiles with their cores, each core filled from below as far as
// the limit is used that it is closest to, in the colours of the populations on it. With traffic, the links are drawn as wide as they
// have messages, those to the east below and those to the north to the left of those that come back.
func WritePicture(w io.Writer, c *Chip, p *Placement, t *Traffic) error {
	d := newDrawing(c, p)
	if t != nil {
		d.links(t)
	}
	for i := range c.Tiles {
		d.tile(&c.Tiles[i])
	}
	d.legend(t)
	_, err := io.WriteString(w, d.finish())
	return err
}

// drawing is a picture that comes into being.
type drawing struct {
	chip      *Chip
	placement *Placement
	parts     map[int][]Part // by core
	usage     map[int]*CoreUsage
	pitch     float64 // from tile to tile
	size      float64 // of a tile
	height    float64 // of the mesh
	colours   map[string]string
	order     []string // populations
	neurons   map[string]int
	body      strings.Builder
	bottom    float64
}

func newDrawing(c *Chip, p *Placement) *drawing {
	d := &drawing{chip: c, placement: p, parts: map[int][]Part{}, usage: map[int]*CoreUsage{}, colours: map[string]string{}, neurons: map[string]int{}}
	d.pitch = min(largestTile, pictureSide/float64(max(c.Width, c.Height)))
	d.size = d.pitch * (1 - gapShare)
	d.height = d.pitch * float64(c.Height)
	for i := range p.Cores {
		d.usage[p.Cores[i].Core] = &p.Cores[i]
	}
	for _, part := range p.Parts {
		d.parts[part.Core] = append(d.parts[part.Core], part)
		if _, seen := d.colours[part.Population]; !seen {
			d.colours[part.Population] = populationColours[len(d.order)%len(populationColours)]
			d.order = append(d.order, part.Population)
		}
		d.neurons[part.Population] += part.Hi - part.Lo
	}
	return d
}

// corner is the upper left corner of a tile: north is up.
func (d *drawing) corner(x, y int) (float64, float64) {
	gap := (d.pitch - d.size) / 2
	return pictureEdge + float64(x)*d.pitch + gap, titleHeight + float64(d.chip.Height-1-y)*d.pitch + gap
}

// titleHeight is the room for the line above the mesh.
const titleHeight = 44.0

func (d *drawing) rect(x, y, width, height float64, fill, title string) {
	fmt.Fprintf(&d.body, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s">`, x, y, width, height, fill)
	if title != "" {
		fmt.Fprintf(&d.body, "<title>%s</title>", html.EscapeString(title))
	}
	d.body.WriteString("</rect>\n")
}

func (d *drawing) text(x, y, size float64, anchor, fill, text string) {
	fmt.Fprintf(&d.body, `<text x="%.2f" y="%.2f" font-size="%.1f" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, size, anchor, fill, html.EscapeString(text))
}

// tile draws a tile with its cores, in rows from below.
func (d *drawing) tile(tile *Tile) {
	x, y := d.corner(tile.X, tile.Y)
	fmt.Fprintf(&d.body, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s" stroke="%s" stroke-width="%.2f"/>`+"\n",
		x, y, d.size, d.size, paperColour, faintColour, min(1.5, d.size/20))
	columns := int(math.Ceil(math.Sqrt(float64(tile.Cores))))
	rows := (tile.Cores + columns - 1) / columns
	width, height := d.size/float64(columns), d.size/float64(rows)
	for k := range tile.Cores {
		d.core(tile.First+k, x+float64(k%columns)*width, y+float64(rows-1-k/columns)*height, width, height)
	}
}

// core draws one core.
func (d *drawing) core(core int, x, y, width, height float64) {
	inset := min(3, width/12)
	x, y, width, height = x+inset, y+inset, width-2*inset, height-2*inset
	parts := d.parts[core]
	if len(parts) == 0 {
		return
	}
	usage := d.usage[core]
	name := d.chip.CoreName(core)
	key, filled := d.chip.closest(usage)
	title := fmt.Sprintf("core %s: %d neurons", name, usage.Neurons)
	if key != "" {
		title += fmt.Sprintf(", %.0f %% of %s", 100*filled, key)
	}
	d.rect(x, y, width, height, faintColour, title)
	at := y + height
	for _, part := range parts {
		share := max(height*filled*float64(part.Hi-part.Lo)/float64(usage.Neurons), min(leastShare, height/float64(len(parts)))) // no population is invisible
		at -= share
		d.rect(x, at, width, share, d.colours[part.Population], fmt.Sprintf("core %s: %s", name, part.String()))
	}
	if width >= leastLabel {
		d.text(x+width/2, y+11, 10, "middle", inkColour, name)
	}
}

// closest is the limit of a core of which most is used, and which part of it; "" and a full core if there is none.
func (c *Chip) closest(u *CoreUsage) (key string, part float64) {
	neurons := c.Limits.NeuronsPerCore
	neurons.Value, _ = c.NeuronsPerCore(u.Core)
	l := &c.Limits
	for _, h := range []struct {
		key   string
		used  int64
		limit Limit
	}{
		{"neurons_per_core", u.Neurons, neurons}, {"synapses_per_core", u.Synapses, l.SynapsesPerCore},
		{"synapse_bytes_per_core", u.SynapseBytes, l.SynapseBytesPerCore},
		{"axons_in_per_core", u.AxonsIn, l.AxonsInPerCore}, {"axons_out_per_core", u.AxonsOut, l.AxonsOutPerCore},
	} {
		if !h.limit.Given() {
			continue
		}
		if used := min(float64(h.used)/float64(h.limit.Value), 1); key == "" || used > part {
			key, part = h.key, used
		}
	}
	if key == "" {
		return "", 1
	}
	return key, part
}

// links draws the messages between tiles. The widest link takes a quarter of the gap.
func (d *drawing) links(t *Traffic) {
	most := int64(0)
	for _, l := range t.Links {
		most = max(most, l.Messages)
	}
	gap := d.pitch - d.size
	for _, l := range t.Links {
		x, y := d.corner(l.X, l.Y)
		x, y = x+d.size/2, y+d.size/2
		wide := max(gap/4*float64(l.Messages)/float64(most), min(0.5, gap/20))
		dx, dy := 0.0, 0.0
		switch l.Direction {
		case East.String():
			dx, y = 1, y+gap/5
		case West.String():
			dx, y = -1, y-gap/5
		case North.String():
			dy, x = -1, x-gap/5
		default:
			dy, x = 1, x+gap/5
		}
		fmt.Fprintf(&d.body, `<line x1="%.2f" y1="%.2f" x2="%.2f" y2="%.2f" stroke="%s" stroke-width="%.2f"><title>%s</title></line>`+"\n",
			x+dx*d.size/2, y+dy*d.size/2, x+dx*(d.size/2+gap), y+dy*(d.size/2+gap), mutedColour, wide,
			html.EscapeString(fmt.Sprintf("%d messages to the %s", l.Messages, l.Direction)))
	}
}

// legend names the populations, and the widest link.
func (d *drawing) legend(t *Traffic) {
	y := titleHeight + d.height + legendHeight
	for _, name := range d.order {
		d.rect(pictureEdge, y-10, 12, 12, d.colours[name], "")
		d.text(pictureEdge+20, y, 12, "start", inkColour, fmt.Sprintf("%s: %d neurons, cores: %d", name, d.neurons[name], d.coresOf(name)))
		y += legendHeight
	}
	d.text(pictureEdge, y, 12, "start", mutedColour, "a core is filled as far as the limit that it is closest to: of neurons, synapses, their memory, axons in or out")
	y += legendHeight
	if t != nil && len(t.Links) > 0 {
		widest := slices.MaxFunc(t.Links, func(a, b LinkTraffic) int { return int(min(max(a.Messages-b.Messages, -1), 1)) })
		d.text(pictureEdge, y, 12, "start", mutedColour, fmt.Sprintf("lines: messages between tiles; the widest one is %d, to the %s from tile (%d, %d)",
			widest.Messages, widest.Direction, widest.X, widest.Y))
		y += legendHeight
	}
	d.bottom = y
}

func (d *drawing) coresOf(population string) (n int) {
	for _, parts := range d.parts {
		if slices.ContainsFunc(parts, func(p Part) bool { return p.Population == population }) {
			n++
		}
	}
	return n
}

// leastPicture is the smallest width: that of the words.
const leastPicture = 660.0

func (d *drawing) finish() string {
	width := max(2*pictureEdge+d.pitch*float64(d.chip.Width), leastPicture)
	title := fmt.Sprintf("%s on chip %s: %d of %d cores, %d of %d tiles", d.placement.Network, d.placement.Chip,
		len(d.placement.Cores), len(d.chip.Cores), d.placement.Tiles, len(d.chip.Tiles))
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="Liberation Sans, Arial, sans-serif">`+"\n"+
		`<rect width="100%%" height="100%%" fill="%s"/>`+"\n"+
		`<text x="%.0f" y="28" font-size="15" font-weight="bold" fill="%s">%s</text>`+"\n%s</svg>\n",
		width, d.bottom, width, d.bottom, paperColour, pictureEdge, inkColour, html.EscapeString(title), d.body.String())
}
