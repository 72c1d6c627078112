"""Golden pairs for the phase search, written for this project by damaging sentences forward."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator

PAIRS = [
    (
        "我们看到了开放程度?!氨热缬械钠笠?,意愿也很高",
        "我们看到了开放程度。“比如有的企业,意愿也很高",
    ),
    (
        "数据产品低成本、大規??傻貌庞锌赡軐崿F,才能更好地",
        "数据产品低成本、大規模可得才有可能實現,才能更好地",
    ),
    (  # two pairs in a row that are no characters: the comma between them lost both bytes
        "越走越觉得眼前�:��缴�嫡馐茄�垢咭�鸬模�Φ焙煤眯菹⒓柑臁�",
        "越走越觉得眼前模糊，医生说这是血压高引起的，应当好好休息几天。",
    ),
    # the mark between two markers, and nothing left of what follows
    ("具体工作由区县民政部门承?!?", "具体工作由区县民政部门承担。"),
    ("复查结果是乙肝肝功正??偰懠t素28.6", "复查结果是乙肝肝功正常總膽紅素28.6"),
    (  # the language model has one class for all kana
        "人民法院审理民事纠纷案件中依法；こ勖商标，根据法律",
        "人民法院审理民事纠纷案件中依法保护驰名商标，根据法律",
    ),
    # a quote closes only if one is open; a title does not go on behind a stop
    (
        "卤蛋竟然是乡巴佬\ufffd！\ufffd\n快送成晚饭了\ufffd！！！\ufffd",
        "卤蛋竟然是乡巴佬。。\n快送成晚饭了。。。。",
    ),
    (
        "他说：“今天的会议讨论了明年的安排，大家都同意?!?",
        "他说：“今天的会议讨论了明年的安排，大家都同意。”",
    ),
    (
        "我们今天下午一起玩了新游戏《手机大航\ufffd！\ufffd，感觉很不错",
        "我们今天下午一起玩了新游戏《手机大航海》，感觉很不错",
    ),
    # single short runs: what stands around the mark, or the character before it guessed, tells
    (
        "小哥把饭菜都撒了。我讓他取消??头?f聯繫補送。",
        "小哥把饭菜都撒了。我讓他取消。客服說聯繫補送。",
    ),
    (
        "由城市管理部门责令改正,可以并处一千元以上五千元以下的?睢",
        "由城市管理部门责令改正,可以并处一千元以上五千元以下的罚款。",
    ),
    (
        "处一千元以上五千元以下?;情节严重的,处以罚款",
        "处一千元以上五千元以下罚款;情节严重的,处以罚款",
    ),
    (
        "散步、打太极拳等有氧运动为基础;疃的强度和时间因人而异",
        "散步、打太极拳等有氧运动为基础。活动的强度和时间因人而异",
    ),
    (
        "他说：“我对这个领域还是有一些了解的?！?\n最终老师帮助了学生",
        "他说：“我对这个领域还是有一些了解的。”\n最终老师帮助了学生",
    ),
    (  # before the first item of a list stands a colon
        "有下列行为之一的，处以五千元以上五万元以下\ufffd?睿\ufffd\n（一）虚报、瞒报统计资料的",
        "有下列行为之一的，处以五千元以上五万元以下罚款：\n（一）虚报、瞒报统计资料的",
    ),
    (  # lines that begin with runs are not garbled in another way
        "一、;す共卫生设施\n二、;ず颖叩墓攀骱兔木\n三、;ず煤⒆用堑难劬\n四、;ひ赘腥巳",
        "一、保护公共卫生设施\n二、保护河边的古树和名木\n三、保护好孩子们的眼睛\n四、保护易感人群",
    ),
    (  # behind a stop without a marker a run has to tell by itself
        "老师先请大家找出作文里的语.蝗缓蟀衙恳桓鼍渥佣粮大家听,看看意思是不是清楚",
        "老师先请大家找出作文里的语病；然后把每一个句子读给大家听,看看意思是不是清楚",
    ),
    (  # and so behind a text in classical Chinese
        "鲁人献璧于楚王,遣使\ufffd！懊刻煊Φ倍烈恍┱庋\ufffd的文章”",
        "鲁人献璧于楚王,遣使。“每天应当读一些这样的文章”",
    ),
    (  # the first character read anew is a mark, behind one that has to be guessed
        "你說他下個月要到上！Ｄ銌枂枠侵鳎他們住在哪裏",
        "你說他下個月要到上海。你問問樓主，他們住在哪裏",
    ),
    (  # earlier decoders show a private-use character for a pair that has one today
        "我们今天要去看一看上\ufffd！Ｒ约坝胱\ue7c7液献鞯姆椒\ufffd",
        "我们今天要去看一看上海。以及与专家合作的方法",
    ),
    (  # behind a marker even common characters may be out of step
        "這種病的病死率較高?!局委煛康谝晃徊∪耸莻?⒆?",
        "這種病的病死率較高。【治療】第一位病人是個孩子",
    ),
    (  # a query swallowed what follows a character that lost both its bytes
        "推动传统产业转型升级，期间要共同开启赤水河?;ば??卸??/p><p>积极拓宽参与渠道。",
        "推动传统产业转型升级，期间要共同开启赤水河保护宣传行动。</p><p>积极拓宽参与渠道。",
    ),
]
ALONE = [
    # nothing but the mark is left of two characters
    ("本院认为，依照刑法第三百条的规定定罪处!", "本院认为，依照刑法第三百条的规定定罪处罚。"),
    (
        "本案的诉讼费用由被告承?!?\n如不服本判决，可以上诉。",
        "本案的诉讼费用由被告承担。\n如不服本判决，可以上诉。",
    ),
    (
        "定期复查才能发现这类慢性疾.只有这样才能降低风险",
        "定期复查才能发现这类慢性疾病，只有这样才能降低风险",
    ),
    (  # two lines of a page that leave their quotes open
        "老师说：“我们怎样让你对课堂感到兴奋!\n学生缓缓转过身。\n“我永远也学不会有用的东西!\n他说。",
        "老师说：“我们怎样让你对课堂感到兴奋。”\n学生缓缓转过身。\n“我永远也学不会有用的东西。”\n他说。",
    ),
]
RULED = (
    "自然资源部门负责生态环境保护监督管理工作，并且应当制定海洋环境保护规划。\n"
    "有关单位应当落实生态环境保护。\n"
    "违反本条例的，处五千元以上三万元以下罚款；情节严重的，处以罚款。"
)
DECODED = [
    "自然资源部门负责生态环境；ぜ喽焦芾砉ぷ鳎并且应当制定海洋环境；す婊。\n"
    "有关单位应当落实生态环境；ぁ\n违反本条例的，处五千元以上三万元以下？；情节严重的，处以？睢",
    "自然资源部门负责生态环境�；ぜ喽焦芾砉ぷ鳎�⑶矣Φ敝贫êＱ蠡肪潮；す婊��\n"
    "有关单位应当落实生态环境�；ぁ�\n违反本条例的，处五千元以上三万元以下�？�；情节严重的，处以�？睢�",
    "自然资源部门负责生态环境?；ぜ喽焦芾砉ぷ鳎?⑶矣Φ敝贫êＱ蠡肪潮；す婊??\n"
    "有关单位应当落实生态环境?；ぁ?\n违反本条例的，处五千元以上三万元以下?？?；情节严重的，处以?？睢?",
]
"""`RULED` after `！？：；` were cut bytewise, by decoder: drops, U+FFFD for a pair, `?` for a pair."""
CLEAN = [
    "",
    "他问：“你说什么？！”我没有回答。",
    "真的吗?!太好了!!",
    "真的吗?!?你到底去不去?!?",
    "你说什么??头疼?好吧，那就明天再说。",
    "你到底想说什么???\n???\n今天的会议开得真好!",
    "这样做对吗?,我不知道。为什么?:因为不会。",
    "他说‘好’，没有合上引号：“今天就到这里。",
    "print('你好!') # 打印问候语?",
    "訊問:嗰啲人喺度傾偈，嘈到死！",
    "你好�世界",
    "有没有搞错?!!?\n为什么会这样?！?\n太过分了?!!!?\n怎么还不发货?!?",
    "房间很干净.下次还会再来",
    "他们说：“今天就到这里！\n“明天再来！\n“后天也来！”",
    "他说：“今天就到这里！\n她没有回答。",
]


@pytest.mark.parametrize(("damaged", "truth"), PAIRS)
def test_a_run_out_of_step_is_read_in_step(damaged: str, truth: str) -> None:
    mended = operator("repair", "phase_shift")(damaged)
    assert mended == truth
    assert operator("repair", "phase_shift").edits(mended) == []


@pytest.mark.parametrize(("damaged", "truth"), ALONE)
def test_a_mark_alone_is_read_as_the_two_characters_it_is_left_of(damaged: str, truth: str) -> None:
    assert operator("repair", "phase_shift")(damaged) == truth
    kernel, reference = both(damaged)
    assert kernel == reference


@pytest.mark.parametrize("damaged", DECODED)
def test_a_page_tells_how_it_was_decoded(damaged: str) -> None:
    assert operator("repair", "phase_shift")(damaged) == RULED


GLOSSED = "數(shù)據質(zhì)量好(hǎo)，老(lǎo)槐(huái)樹(shù)落(luò)花"
ORPHANS = [
    # the character before the orphan has a gloss of its own
    ("應(yīng)當(dāng)(shù)怯(jì)，代爲(wèi)保管", "應(yīng)當(dāng)登記(jì)，代爲(wèi)保管"),
    ("8.5.編(biān)\ufffd(jǐ)g新內(nèi)核", "8.5.編(biān)譯新內(nèi)核"),
    # nothing is left of the character but its gloss and its first byte, in the orphan's reading
    ("倒退\ufffd(yào)\ufffd(jǐ)步,這(zhè)才轉(zhuǎn)身", "倒退幾(jǐ)步,這(zhè)才轉(zhuǎn)身"),
    ("這(zhè)部\ufffd(zǒng)\ufffd(wěi)大的詩(shī)集", "這(zhè)部偉(wěi)大的詩(shī)集"),
]


@pytest.mark.parametrize(("damaged", "truth"), ORPHANS)
def test_an_orphan_gloss_gives_the_character_across_back(damaged: str, truth: str) -> None:
    page = f"{GLOSSED}\n{damaged}"
    assert operator("repair", "phase_shift")(page) == f"{GLOSSED}\n{truth}"
    kernel, reference = both(page)
    assert kernel == reference


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_has_no_edits(text: str) -> None:
    assert operator("repair", "phase_shift").edits(text) == []


def test_the_damage_of_the_real_pages_is_mended() -> None:
    folder = Path(__file__).resolve().parents[3] / ".data" / "seeds"
    if not folder.exists():
        pytest.skip(".data/seeds is not unpacked")
    first, second, third = (p.read_text("utf-8") for p in sorted(folder.glob("*.txt")))
    shift = operator("repair", "phase_shift")
    assert [e.after for e in shift.edits(first)] == [
        "。“比如有的企業",
        "。”<",
        "模可得才有可能實現",
    ]
    assert "這部分數(shù)據" in shift(second)
    assert shift.edits(third) == []


def test_utf8_read_as_gbk_is_left_to_another_repair() -> None:
    text = "\n".join([*SENTENCES, "守桥的人说，这样的雨三年没有见过了！", "我们都同意，是不是？"])
    for marker in ("\ufffd", "?"):
        garbled = text.encode().decode("gbk", "replace").replace("\ufffd", marker)
        assert operator("repair", "phase_shift").edits(garbled) == []


SENTENCES = [
    "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。",
    "他說：“數據質量決定了模型的上限！”我們都同意。",
    "第3季度营收增长12.5%，<p>为什么企业不愿意开放数据？</p>",
    "我們看到了開放程度。“比如有的企業，意願也很高",
]
READINGS = [line.split("\t") for line in _kernel.reading_table().splitlines()]
MARKERS = ["?", "\ufffd", "", "!", "?!", "\ufffd？", "？", "??", ",", "。"]
GLOSSES = ["(shù)", "(de)", "(huār)", "xiang)", "(lu:4)"]


def cut(text: str, at: int, mark: str, errors: str) -> str:
    """The text with the byte at `at` of its GBK form replaced, what follows decoded on its own."""
    data = text.encode("gb18030", "ignore")
    at = min(at, len(data))
    before, after = data[:at], data[at + 1 :]
    pieces = [piece.decode("gbk", errors).replace("\x80", "") for piece in (before, after)]
    return mark.join(pieces)


def gloss_across(text: str, at: int, lost: str) -> str:
    """The text with a gloss behind the character that two halves of others seem to be at `at`.

    What the decoder makes of the half before the bracket is `lost`.
    """
    data = text.encode("gbk", "ignore")
    char = data[at : at + 2].decode("gbk", "ignore")
    gloss = next((line[0] for line in READINGS if char and char in line[1]), "shù")
    before, after = data[: at + 2].decode("gbk", "ignore"), data[at + 2 :].decode("gbk", "replace")
    return f"{before}{lost}{gloss}){after}"


damaged = st.builds(
    cut,
    st.sampled_from(SENTENCES),
    st.integers(0, 60),
    st.sampled_from([*MARKERS, *GLOSSES]),
    st.sampled_from(["replace", "ignore"]),
)
twice = st.builds(
    cut, damaged, st.integers(0, 60), st.sampled_from(MARKERS), st.sampled_from(["replace"])
)
glossed = st.lists(
    st.sampled_from(["數(shù)", "質(zhì)", "的(de)", "花(huār)", "綠(lǜ)", "河邊", "。"]),
    max_size=12,
).map("".join)
pages = st.lists(st.one_of(damaged, twice, glossed, st.text(max_size=12)), max_size=3).map(
    "\n".join
)


def both(text: str) -> tuple[list[Edit], list[Edit]]:
    """The edits of the kernel and of the reference form, confidence to three places."""
    repair = operator("repair", "phase_shift")
    return tuple(
        [replace(edit, confidence=round(edit.confidence, 3)) for edit in edits]
        for edits in (repair.edits(text), repair.reference(text))
    )  # type: ignore[return-value]


@pytest.mark.parametrize("text", [*(damaged for damaged, _ in PAIRS), *DECODED, *CLEAN, *SENTENCES])
def test_the_reference_form_finds_what_the_kernel_finds(text: str) -> None:
    kernel, reference = both(text)
    assert kernel == reference


@settings(max_examples=20, deadline=None)
@given(pages)
def test_the_kernel_and_the_reference_form_agree(text: str) -> None:
    kernel, reference = both(text)
    assert kernel == reference


@pytest.mark.parametrize("lost", ["?", "(", "\ufffd("])
@pytest.mark.parametrize("text", SENTENCES)
def test_they_agree_on_a_glossed_page(text: str, lost: str) -> None:
    lines = [gloss_across(text, at, lost) for at in range(5, 35, 4)]
    kernel, reference = both("\n".join([GLOSSED, *lines]))
    assert kernel == reference
