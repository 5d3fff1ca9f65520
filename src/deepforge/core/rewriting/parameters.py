"""The parameters of a function as lists that can be changed; commas, line breaks and comments stay."""

from __future__ import annotations

from typing import Any

import libcst as cst

from deepforge.core.errors import BadInput
from deepforge.core.interface import moved
from deepforge.core.rewriting.plan import expression


class Parameters:
    """The parameters of one function: those by position, and those by keyword only."""

    def __init__(self, function: cst.FunctionDef) -> None:
        parameters = function.params
        self._before = function.whitespace_before_params
        self._slash = parameters.posonly_ind if parameters.posonly_params else None
        self._slash_at = len(parameters.posonly_params)
        self._star = parameters.star_arg if isinstance(parameters.star_arg, cst.ParamStar) else None
        self._original: tuple[Any, ...] = ()
        self.positional: list[cst.Param] = [*parameters.posonly_params, *parameters.params]
        self.keyword: list[cst.Param] = list(parameters.kwonly_params)
        self._original = tuple(self._sequence())

    def insert(self, group: list[cst.Param], at: int, parameter: cst.Param) -> None:
        """Put a new parameter at a place of one of the two lists. Raises BadInput."""
        if group is self.positional and at < self._slash_at:
            self._slash_at += 1
        group.insert(at, parameter)
        self._check(group)

    def remove(self, group: list[cst.Param], at: int) -> None:
        """Take one away."""
        if group is self.positional and at < self._slash_at:
            self._slash_at -= 1
        del group[at]
        self._check(group)

    def move(self, group: list[cst.Param], at: int, to: int) -> None:
        """Put one at another place of its list. Raises BadInput."""
        group[:] = moved(group, at, to)
        self._check(group)

    def replace(self, group: list[cst.Param], at: int, parameter: cst.Param) -> None:
        """Put one in place of another, which it was made of. Raises BadInput."""
        old = group[at]
        group[at] = parameter
        self._original = tuple(parameter if part is old else part for part in self._original)
        self._check(group)

    def _check(self, group: list[cst.Param]) -> None:
        if group is not self.positional:
            return
        with_default = ""
        for parameter in group:
            if parameter.default is not None:
                with_default = parameter.name.value
            elif with_default:
                raise BadInput(
                    f"{parameter.name.value} has no default but stands after {with_default}, which has one.",
                    f"Give {parameter.name.value} a default, or put it before {with_default}.",
                )

    def _sequence(self) -> list[Any]:
        """All parts between the brackets, in order."""
        sequence: list[Any] = [*self.positional]
        if self._slash_at:
            slash = self._slash if isinstance(self._slash, cst.ParamSlash) else cst.ParamSlash()
            self._slash = slash
            sequence.insert(self._slash_at, slash)
        if self.keyword:
            self._star = self._star or cst.ParamStar()
            sequence += [self._star, *self.keyword]
        return sequence

    def finish(self) -> cst.Parameters:
        """The parameters with commas where they have to be."""
        sequence = self._with_commas(self._sequence())
        slash = next((index for index, part in enumerate(sequence) if isinstance(part, cst.ParamSlash)), None)
        star = next((index for index, part in enumerate(sequence) if isinstance(part, cst.ParamStar)), None)
        positional = sequence[:star] if star is not None else sequence
        return cst.Parameters(
            posonly_params=positional[:slash] if slash is not None else [],
            posonly_ind=positional[slash] if slash is not None else cst.MaybeSentinel.DEFAULT,
            params=positional[slash + 1 :] if slash is not None else positional,
            star_arg=sequence[star] if star is not None else cst.MaybeSentinel.DEFAULT,
            kwonly_params=sequence[star + 1 :] if star is not None else [],
        )

    def _with_commas(self, sequence: list[Any]) -> list[Any]:
        last = self._original[-1] if self._original else None
        separator, ending = self._separator(), getattr(last, "comma", cst.MaybeSentinel.DEFAULT)
        ending = without_comment(ending) if isinstance(ending, cst.Comma) else ending
        done = []
        for index, part in enumerate(sequence):
            own, is_known = part.comma, any(part is old for old in self._original)
            if index < len(sequence) - 1:
                if part is last or not is_known or not isinstance(own, cst.Comma):
                    part = _spaced(part.with_changes(comma=carrying(separator, own)), None)
            elif part is not last:
                part = _spaced(part.with_changes(comma=carrying(ending, own)), last)
            done.append(part)
        return done

    def _separator(self) -> cst.Comma:
        """The comma that stands between two of them, without the comment that may follow one."""
        between = [part.comma for part in self._original[:-1] if isinstance(part.comma, cst.Comma)]
        for comma in between:
            if isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace):
                return _bare(comma)
        if isinstance(self._before, cst.ParenthesizedWhitespace) and len(self._original) < 2:
            return _bare(cst.Comma(whitespace_after=self._before))
        return between[0] if between else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def make(name: str, annotation: str | None, default: str | None) -> cst.Param:
    """A new parameter, written as usual."""
    parameter = cst.Param(cst.Name(name), star="")
    if annotation and annotation.strip():
        parameter = parameter.with_changes(annotation=cst.Annotation(expression(annotation)))
    return with_default(parameter, default)


def with_default(parameter: cst.Param, default: str | None) -> cst.Param:
    """A parameter with another default, or with none."""
    if default is None or not default.strip():
        return parameter.with_changes(default=None, equal=cst.MaybeSentinel.DEFAULT)
    equal = parameter.equal
    if parameter.default is None or not isinstance(equal, cst.AssignEqual):
        space = cst.SimpleWhitespace(" " if parameter.annotation else "")
        equal = cst.AssignEqual(space, space)
    return parameter.with_changes(default=expression(default), equal=equal)


def with_annotation(parameter: cst.Param, annotation: str | None) -> cst.Param:
    """A parameter with another annotation, or with none."""
    if annotation is None or not annotation.strip():
        changed = parameter.with_changes(annotation=None)
    elif parameter.annotation is not None:
        kept = parameter.annotation.with_changes(annotation=expression(annotation))
        return parameter.with_changes(annotation=kept)
    else:
        changed = parameter.with_changes(annotation=cst.Annotation(expression(annotation)))
    if changed.default is not None:
        space = cst.SimpleWhitespace(" " if changed.annotation else "")
        changed = changed.with_changes(equal=cst.AssignEqual(space, space))
    return changed


def _spaced(part: Any, like: Any) -> Any:
    """A parameter with the space that another has before its comma or the bracket."""
    if not isinstance(part, cst.Param):
        return part
    space = getattr(like, "whitespace_after_param", cst.SimpleWhitespace(""))
    return part.with_changes(whitespace_after_param=space)


def without_comment(comma: cst.Comma) -> cst.Comma:
    """A comma without the comment behind it; those in lines of their own stay."""
    space = comma.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        line = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
        space = space.with_changes(first_line=line)
    return cst.Comma(whitespace_after=space)


def _bare(comma: cst.Comma) -> cst.Comma:
    comma = without_comment(comma)
    space = comma.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        space = space.with_changes(empty_lines=[])
    return cst.Comma(whitespace_after=space)


def carrying(style: Any, own: Any) -> Any:
    """A comma in the style of one place, with the comment that stood behind that of another."""
    comment = comment_line(own)
    if comment is None:
        return style
    space = style.whitespace_after if isinstance(style, cst.Comma) else None
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return own
    return style.with_changes(whitespace_after=space.with_changes(first_line=comment))


def comment_line(comma: Any) -> cst.TrailingWhitespace | None:
    """The rest of the line behind a comma, when there is a comment in it."""
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else None
    if isinstance(space, cst.ParenthesizedWhitespace) and space.first_line.comment is not None:
        return space.first_line
    return None
