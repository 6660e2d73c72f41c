package energyreport

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"couplet/hwmodel"
)

// Sizes of pictures in their own units; a page scales them. A picture is as wide as the screen of a phone, so
// that its text stays legible there, and has the colours of the page's style as variables.
const (
	chartWidth  = 380.0
	labelWidth  = 116.0 // names at the left
	chipWidth   = 158.0 // the same of chips
	valueWidth  = 62.0  // numbers at the right
	rowHeight   = 19.0
	barHeight   = 12.0
	headHeight  = 24.0
	lineHeight  = 15.0
	glyphWidth  = 5.3 // mean width of a character of small text
	longestName = 20
	longestChip = 28
	mostSeries  = 6 // colours of the style
)

// picture is a drawing for the page.
type picture struct {
	SVG     template.HTML
	Caption string
}

// drawing collects elements of an SVG.
type drawing struct{ strings.Builder }

func (d *drawing) text(x, y float64, anchor, extra, s string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>`+"\n", x, y, anchor, extra, template.HTMLEscapeString(s))
}

func (d *drawing) rect(x, y, width, height float64, color, title string) {
	fmt.Fprintf(d, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s"><title>%s</title></rect>`+"\n",
		x, y, width, height, color, template.HTMLEscapeString(title))
}

func (d *drawing) line(x1, y1, x2, y2, width float64, color string) {
	fmt.Fprintf(d, `<line x1="%.2f" y1="%.2f" x2="%.2f" y2="%.2f" stroke="%s" stroke-width="%g"/>`+"\n", x1, y1, x2, y2, color, width)
}

// finish wraps the drawing into an element that is described in words.
func (d *drawing) finish(title, caption string, height float64) picture {
	head := fmt.Sprintf(`<svg role="img" aria-label="%s" viewBox="0 0 %g %.0f" font-family="'Liberation Sans',Arial,Helvetica,sans-serif" font-size="10.5" fill="var(--ink)">`+"\n",
		template.HTMLEscapeString(title+". "+caption), chartWidth, height)
	title = fmt.Sprintf(`<text x="4" y="14" font-size="12.5" font-weight="bold">%s</text>`+"\n", template.HTMLEscapeString(title))
	return picture{template.HTML(head + title + d.String() + "</svg>"), caption}
}

// color is that of a series; those beyond the palette share one.
func color(k int) string {
	if k >= mostSeries {
		return "var(--muted)"
	}
	return fmt.Sprintf("var(--series-%d)", k+1)
}

// legend writes the names of series in lines below y and returns where it ends.
func (d *drawing) legend(y float64, names []string) float64 {
	x := 4.0
	for k, name := range names {
		width := 14 + glyphWidth*float64(len([]rune(name))) + 8
		if x > 4 && x+width > chartWidth {
			x, y = 4, y+lineHeight
		}
		d.rect(x, y-8, 9, 9, color(k), name)
		d.text(x+13, y, "start", "", name)
		x += width
	}
	return y + lineHeight
}

// table is energies by two names: a bar for each row, divided by columns.
type table struct {
	rows, columns []string
	cells         map[[2]string]hwmodel.Energy
}

func (t *table) add(row, column string, e hwmodel.Energy) {
	if e.Sign() == 0 {
		return
	}
	if t.cells == nil {
		t.cells = map[[2]string]hwmodel.Energy{}
	}
	if !slices.Contains(t.rows, row) {
		t.rows = append(t.rows, row)
	}
	if !slices.Contains(t.columns, column) {
		t.columns = append(t.columns, column)
	}
	key := [2]string{row, column}
	t.cells[key] = t.cells[key].Plus(e)
}

func (t *table) row(name string) hwmodel.Energy {
	var sum hwmodel.Energy
	for _, c := range t.columns {
		sum = sum.Plus(t.cells[[2]string{name, c}])
	}
	return sum
}

func (t *table) column(name string) hwmodel.Energy {
	var sum hwmodel.Energy
	for _, r := range t.rows {
		sum = sum.Plus(t.cells[[2]string{r, name}])
	}
	return sum
}

// fewer puts the smallest columns together until there is a colour for each.
func (t *table) fewer() {
	slices.SortStableFunc(t.columns, func(a, b string) int { return t.column(b).Cmp(t.column(a)) })
	if len(t.columns) <= mostSeries {
		return
	}
	rest := t.columns[mostSeries:]
	name := fmt.Sprintf("%d others", len(rest))
	for _, r := range t.rows {
		var sum hwmodel.Energy
		for _, c := range rest {
			sum = sum.Plus(t.cells[[2]string{r, c}])
		}
		t.cells[[2]string{r, name}] = sum
	}
	t.columns = append(slices.Clone(t.columns[:mostSeries]), name)
}

// stacked draws a table as horizontal bars, one for each row.
func (t *table) stacked(title, caption string) picture {
	t.fewer()
	var most hwmodel.Energy
	for _, r := range t.rows {
		if e := t.row(r); e.Cmp(most) > 0 {
			most = e
		}
	}
	d := &drawing{}
	y := d.legend(headHeight+10, t.columns)
	room := chartWidth - labelWidth - valueWidth
	for _, r := range t.rows {
		d.text(labelWidth-6, y+10, "end", "", shorten(r, longestName))
		x := labelWidth
		for k, c := range t.columns {
			e := t.cells[[2]string{r, c}]
			if e.Sign() == 0 {
				continue
			}
			width := room * e.Float() / most.Float()
			d.rect(x, y, width, barHeight, color(k), fmt.Sprintf("%s, %s: %s", r, c, e))
			x += width
		}
		d.text(x+5, y+10, "start", "", short(t.row(r)))
		y += rowHeight
	}
	return d.finish(title, caption, y+4)
}

// short writes an energy with three digits or so.
func short(e hwmodel.Energy) string {
	number, unit, _ := strings.Cut(e.String(), " ")
	var x float64
	if _, err := fmt.Sscan(number, &x); err != nil {
		return e.String()
	}
	if x >= 100 {
		return fmt.Sprintf("%.0f %s", x, unit) // 999.6 is 1000, not 1e+03
	}
	return fmt.Sprintf("%.3g %s", x, unit)
}

// mark is an energy on the logarithmic axis of a comparison.
type mark struct {
	name           string
	dynamic, total hwmodel.Energy
	least, most    hwmodel.Energy
	conventional   bool
}

// compared draws marks one below the other on a common logarithmic axis.
func compared(s scale, marks []mark, title, caption string) picture {
	d := &drawing{}
	y := headHeight + 10
	d.dot(8, y-4, "var(--series-1)")
	d.text(17, y, "start", "", "dynamic")
	d.diamond(73, y-4, "var(--series-2)")
	d.text(82, y, "start", "", "with static power")
	d.square(180, y-4, "var(--series-3)")
	d.text(189, y, "start", "", "conventional network (estimate)")
	y += lineHeight
	room := chartWidth - chipWidth - valueWidth
	at := func(e hwmodel.Energy) float64 { return chipWidth + room*s.at(e) }
	bottom := y + rowHeight*float64(len(marks))
	every := math.Ceil((s.hi - s.lo) / 4)
	for e := s.lo; e <= s.hi; e++ {
		x := chipWidth + room*(e-s.lo)/(s.hi-s.lo)
		d.line(x, y-2, x, bottom, 0.6, "var(--faint)")
		if math.Mod(e-s.lo, every) == 0 {
			d.text(x, bottom+13, "middle", "", decade(e))
		}
	}
	for _, m := range marks {
		middle := y + rowHeight/2 - 2
		d.text(chipWidth-8, middle+4, "end", "", shorten(m.name, longestChip))
		if m.total.Sign() > 0 {
			m.draw(d, at, middle)
			d.text(chartWidth-valueWidth+8, middle+4, "start", "", short(m.total))
		}
		y += rowHeight
	}
	return d.finish(title, caption, bottom+20)
}

// draw puts the mark on its line.
func (m mark) draw(d *drawing, at func(hwmodel.Energy) float64, y float64) {
	if m.conventional {
		d.square(at(m.total), y, "var(--series-3)")
		return
	}
	if m.least.Sign() > 0 && m.most.Cmp(m.least) > 0 {
		d.line(at(m.least), y, at(m.most), y, 1.4, "var(--ink)")
	}
	if m.dynamic.Sign() > 0 {
		d.dot(at(m.dynamic), y, "var(--series-1)")
	}
	if m.total.Cmp(m.dynamic) > 0 {
		if m.dynamic.Sign() > 0 {
			d.line(at(m.dynamic), y, at(m.total), y, 0.8, "var(--muted)")
		}
		d.diamond(at(m.total), y, "var(--series-2)")
	}
}

func (d *drawing) dot(x, y float64, color string) {
	fmt.Fprintf(d, `<circle cx="%.2f" cy="%.2f" r="4" fill="%s"/>`+"\n", x, y, color)
}

func (d *drawing) diamond(x, y float64, color string) {
	fmt.Fprintf(d, `<path d="M%.2f %.2fl5 5l-5 5l-5 -5z" fill="%s"/>`+"\n", x, y-5, color)
}

func (d *drawing) square(x, y float64, color string) {
	fmt.Fprintf(d, `<rect x="%.2f" y="%.2f" width="7" height="7" fill="%s"/>`+"\n", x-3.5, y-3.5, color)
}
