package energyreport_test

import (
	"fmt"
	"os"
	"strings"

	"couplet/hwmodel"
	"couplet/hwmodel/energyreport"
)

func Example() {
	counts := hwmodel.Counts{List: []hwmodel.Count{
		{Path: hwmodel.Path{Population: "hidden"}, Term: hwmodel.SynapticOpDense, N: 1_000_000},
		{Path: hwmodel.Path{Population: "hidden"}, Term: hwmodel.NeuronUpdateActive, N: 10_000},
	}}
	var bills []*hwmodel.Bill
	for _, name := range []string{"loihi_davies2018", "spinnaker2"} {
		chip, err := hwmodel.Chip(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		bill, err := hwmodel.Price(counts, chip, hwmodel.Conditions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		bills = append(bills, bill)
	}
	if err := energyreport.WriteBars(os.Stdout, bills); err != nil {
		fmt.Println(err)
	}
	var page strings.Builder
	if err := (&energyreport.Report{Network: "mlp", Bill: bills[0], Compared: bills}).WritePage(&page); err != nil {
		fmt.Println(err)
	}
	fmt.Println(strings.Contains(page.String(), "Energy of mlp on loihi_davies2018"))
	// Output:
	// loihi_davies2018 |==========                                         24.41 uJ
	// spinnaker2       |==========================================         471.9 uJ
	//                  |10 uJ to 1 mJ, logarithmic; = dynamic, # static
	// true
}
