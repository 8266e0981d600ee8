"""What each kind of skin disease paints on a site: one file a morphology, one line here."""

from hzbench.benchmark.data.synth.lesions.acne import draw_acne
from hzbench.benchmark.data.synth.lesions.chickenpox import draw_chickenpox
from hzbench.benchmark.data.synth.lesions.contact_dermatitis import draw_contact_dermatitis
from hzbench.benchmark.data.synth.lesions.drug_rash import draw_drug_rash
from hzbench.benchmark.data.synth.lesions.eczema import draw_eczema, draw_nummular_eczema
from hzbench.benchmark.data.synth.lesions.erythema_migrans import draw_erythema_migrans
from hzbench.benchmark.data.synth.lesions.folliculitis import draw_folliculitis
from hzbench.benchmark.data.synth.lesions.framing import Drawing, framed
from hzbench.benchmark.data.synth.lesions.granuloma_annulare import draw_granuloma_annulare
from hzbench.benchmark.data.synth.lesions.growths import draw_nevi, draw_seborrhoeic_keratosis
from hzbench.benchmark.data.synth.lesions.herpes_simplex import draw_herpes_simplex
from hzbench.benchmark.data.synth.lesions.herpes_zoster import draw_herpes_zoster
from hzbench.benchmark.data.synth.lesions.impetigo import draw_impetigo
from hzbench.benchmark.data.synth.lesions.lichen_planus import draw_lichen_planus
from hzbench.benchmark.data.synth.lesions.molluscum import draw_molluscum
from hzbench.benchmark.data.synth.lesions.pityriasis_rosea import draw_pityriasis_rosea
from hzbench.benchmark.data.synth.lesions.psoriasis import draw_psoriasis
from hzbench.benchmark.data.synth.lesions.rosacea import draw_rosacea
from hzbench.benchmark.data.synth.lesions.swellings import draw_insect_bites, draw_urticaria
from hzbench.benchmark.data.synth.lesions.tinea import draw_tinea
from hzbench.benchmark.data.synth.lesions.vitiligo import draw_vitiligo

_DRAWINGS: dict[str, Drawing] = {
    "acne": draw_acne,
    "herpes_zoster": draw_herpes_zoster,
    "tinea": draw_tinea,
    "psoriasis": draw_psoriasis,
    "eczema": draw_eczema,
    "nummular_eczema": draw_nummular_eczema,
    "nevi": draw_nevi,
    "seborrhoeic_keratosis": draw_seborrhoeic_keratosis,
    "vitiligo": draw_vitiligo,
    "urticaria": draw_urticaria,
    "herpes_simplex": draw_herpes_simplex,
    "contact_dermatitis": draw_contact_dermatitis,
    "impetigo": draw_impetigo,
    "insect_bites": draw_insect_bites,
    "rosacea": draw_rosacea,
    "granuloma_annulare": draw_granuloma_annulare,
    "chickenpox": draw_chickenpox,
    "drug_rash": draw_drug_rash,
    "erythema_migrans": draw_erythema_migrans,
    "folliculitis": draw_folliculitis,
    "lichen_planus": draw_lichen_planus,
    "molluscum": draw_molluscum,
    "pityriasis_rosea": draw_pityriasis_rosea,
}

LESIONS = {kind: framed(draw) for kind, draw in _DRAWINGS.items()}
