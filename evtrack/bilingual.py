"""What is said in both languages? Imports nothing of ours: words are needed where records and claims are not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in Japanese and English."""

    ja: str
    en: str

    def get(self, lang: str) -> str:
        """The text in ``lang`` (``"ja"`` or ``"en"``)."""
        return self.ja if lang == "ja" else self.en

    def as_dict(self) -> dict[str, str]:
        """``{"ja": …, "en": …}``, as every JSON answer has it."""
        return {"ja": self.ja, "en": self.en}
