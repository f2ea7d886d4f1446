"""Says how well each commune stands: what its totals of persons and its classes depend on."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.demo.boundaries import DemoCountry

Floats = NDArray[np.float64]


def find_standing(country: DemoCountry, *, rng: np.random.Generator) -> tuple[Floats, ...]:
    """Give each commune of each set a standing, about normal; above 0 is better than most.

    It differs between provinces, stays from year to year, and a merged commune's is the mean of its
    predecessors': so numbers move slowly, while no class is inherited.
    """
    old, new = country.sets[1].communes, country.sets[2].communes
    to_new = country.changes[1]
    provinces = np.unique(new["province_code"])
    of_province = pd.Series(rng.normal(0, 0.55, len(provinces)), index=provinces)
    main = to_new.sort_values("weight").drop_duplicates("from_code", keep="last")
    province = main.set_index("from_code")["to_code"].map(new.set_index("code")["province_code"])
    own = pd.Series(rng.normal(0, 1.0, len(old)), index=old["code"])
    old_standing = own + old["code"].map(province).map(of_province).set_axis(old["code"])

    first = country.sets[0].communes["code"]
    to_old = country.changes[0].drop_duplicates("from_code").set_index("from_code")["to_code"]
    spread = to_new.assign(own=to_new["from_code"].map(own) * to_new["weight"])
    joined = spread.groupby("to_code")[["own", "weight"]].sum()
    new_own = (joined["own"] / np.sqrt(joined["weight"])).reindex(new["code"])
    new_standing = new_own.to_numpy() + new["province_code"].map(of_province).to_numpy()
    first_standing = old_standing.reindex(first.map(to_old))
    return (
        np.asarray(first_standing, dtype=np.float64),
        np.asarray(old_standing, dtype=np.float64),
        np.asarray(new_standing, dtype=np.float64),
    )
