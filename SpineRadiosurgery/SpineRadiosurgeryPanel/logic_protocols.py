"""Protocols for the Python console: read, copied, changed, written, chosen for a case."""

from slicer.i18n import tr as _


class ProtocolsLogic:
    """The part of the logic that is about sets of constraints.

    A protocol is a ``Protocol`` of ``spine_radiosurgery.tolerance``; it never changes, every call
    gives a new one.
    """

    def readProtocol(self, source):
        """Return a protocol: a shipped one by its identifier, or one from a JSON file.

        ::

            protocol = logic.readProtocol("ryu-2015")
            print(protocol.title, len(protocol.constraints), protocol.sha256)
        """
        from spine_radiosurgery.report import load_protocol

        return load_protocol(source, 1)

    def copyProtocol(self, source, identifier, title, **options):
        """Return a copy under a name of its own, which says what it is based on.

        :param source: identifier, file or protocol.
        :param options: ``version``, ``citation``, ``center``, ``date``, ``note``.

        ::

            protocol = logic.copyProtocol("ryu-2015", "clinic-spine", "Clinic: spine", center="Clinic X")
            print(protocol.based_on)
        """
        from spine_radiosurgery.tolerance import copied_as

        return copied_as(self.readProtocol(source), identifier, title, **options)

    def changeProtocolRow(self, protocol, number, *, version=None, **changes):
        """Return a protocol with fields of one row changed.

        A limit that is not its source's any more becomes an institutional one, unless it gets a
        ``citation`` of its own.

        :param number: of the row, from 1.
        :param version: of the new protocol; raise it when the former one was shared.
        :param changes: fields of ``Constraint``: ``limit``, ``caution_limit``, ``metric``, ``enabled``, ...

        ::

            protocol = logic.copyProtocol("ryu-2015", "clinic-spine", "Clinic: spine")
            stricter = logic.changeProtocolRow(protocol, 1, limit=8, version="2")
            print(stricter.constraints[0].limit, stricter.constraints[0].citation)
        """
        from dataclasses import replace

        from spine_radiosurgery.tolerance import with_row_changed

        made = with_row_changed(protocol, number, **changes)
        return made if version is None else replace(made, version=version)

    def writeProtocol(self, protocol, path):
        """Write a protocol as one JSON file, which can be shared; a shipped one is not overwritten.

        :return: the path.

        ::

            protocol = logic.copyProtocol("ryu-2015", "clinic-spine", "Clinic: spine")
            path = logic.writeProtocol(protocol, slicer.app.temporaryPath + "/clinic-spine.json")
            print(logic.readProtocol(path) == protocol)
        """
        from spine_radiosurgery.tolerance import write_protocol

        write_protocol(protocol, path)
        return str(path)

    def chooseProtocol(self, case, protocol):
        """Choose what a case is evaluated with; a protocol of one's own is kept whole in the scene.

        :param protocol: "auto", an identifier, a file, a protocol, or what a file holds.
        :raise ValueError: it is another version of a protocol that comes with the program.

        ::

            logic.chooseProtocol(case, logic.copyProtocol("ryu-2015", "clinic-spine", "Clinic: spine"))
            print(case.protocolName)
        """
        from spine_radiosurgery.tolerance import SHIPPED, protocol_text

        if protocol == "auto":
            case.protocolName = protocol
            return
        chosen = self.readProtocol(protocol)
        if chosen.identifier in SHIPPED and chosen != self.readProtocol(chosen.identifier):
            raise ValueError(
                _(
                    "{identifier} {version} is not the one that comes with the program; copy it under an"
                    " identifier of your own."
                ).format(identifier=chosen.identifier, version=chosen.version)
            )
        modified = case.StartModify()
        case.protocolName = chosen.identifier
        if chosen.identifier not in SHIPPED:
            case.protocolText = protocol_text(chosen)
        case.EndModify(modified)
