package train_test

import (
	"context"
	"fmt"

	"couplet/learning/loss"
	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/train"
)

// A small network learns to tell the three regions of yin and yang apart.
func Example() {
	c := train.NewConfig()
	c.Name = "yin and yang"
	c.Data = train.Data{Set: "yinyang", Samples: 1000, Normalise: train.NoNormalisation}
	c.Batch, c.Epochs = 20, 20
	fc := ottt.NewFC(60)
	c.Network.FC = &fc
	c.Rule.OTTT = &train.OTTT{Loss: loss.Instantaneous{Ticks: 8}}
	adam := optim.NewAdam()
	adam.LR = 0.005
	c.Optimiser = adam

	ctx := context.Background()
	data, err := c.Data.Open(ctx, c.Seed)
	if err != nil {
		fmt.Println(err)
		return
	}
	session, err := train.New(c, data, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for !session.Done() {
		for !session.EpochDone() {
			if _, err := session.Step(ctx); err != nil {
				fmt.Println(err)
				return
			}
		}
		if _, err := session.CloseEpoch(ctx, nil); err != nil {
			fmt.Println(err)
			return
		}
	}
	log := session.Log()
	fmt.Println("learned:", log[len(log)-1].Test.Accuracy() > 0.85)
	// Output:
	// learned: true
}
