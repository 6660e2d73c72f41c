package energyreport

import (
	"cmp"

	"couplet/hwmodel"
)

// pictures draws what the page shows: none of a bill on which nothing has a price.
func (r *Report) pictures() []picture {
	var byLayer, byTerm table
	for _, i := range r.Bill.Items {
		layer, part := layerOf(i.Count), partOf(i)
		byLayer.add(layer, part, i.Energy)
		byTerm.add(part, layer, i.Energy)
	}
	var list []picture
	if len(byLayer.rows) > 0 {
		list = append(list,
			byLayer.stacked("Dynamic energy of each layer", "Energy of what happened in each layer, divided by what was charged. Static power is not part of it."),
			byTerm.stacked("Dynamic energy of each term", "The same energy by what was charged, divided by layers."))
	}
	if p, ok := r.comparisonPicture(); ok {
		list = append(list, p)
	}
	return list
}

// layerOf is the layer of a count.
func layerOf(c hwmodel.Count) string {
	return cmp.Or(c.Layer, c.Path.Population, c.Path.String())
}

// partOf is what an item is charged for: the part of a recipe, or the term that has the price.
func partOf(i hwmodel.Item) string { return cmp.Or(i.Part, string(i.As)) }

// comparisonPicture puts the chips and the conventional network on one axis.
func (r *Report) comparisonPicture() (picture, bool) {
	if len(r.Compared) == 0 {
		return picture{}, false
	}
	var marks []mark
	var references []hwmodel.Energy
	for _, b := range r.Compared {
		least, most := b.Band()
		marks = append(marks, mark{name: b.Profile.Name, dynamic: b.Dynamic(), total: b.Total(), least: least, most: most})
	}
	for _, b := range r.Conventional {
		references = append(references, b.Total())
		marks = append(marks, mark{name: "ANN " + b.Name(), total: b.Total(), conventional: true})
	}
	s, ok := scaleOf(r.Compared, references...)
	if !ok {
		return picture{}, false
	}
	return compared(s, marks, "The same counts on other chips",
		"Energy of the run on a logarithmic axis. A thin line leads from dynamic energy to the total, a thick one spans the range that sources give for prices. What a total lacks stands in the table; a total that lacks more is not the smaller one."), true
}
