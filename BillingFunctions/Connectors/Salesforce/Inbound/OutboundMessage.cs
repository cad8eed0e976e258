using System.Xml;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>What an outbound message of Salesforce says: which records have changed.</summary>
/// <param name="OrganizationId">The org that it says it is from.</param>
/// <param name="Records">The records, 1 to 100.</param>
internal sealed record OutboundMessage(string OrganizationId, IReadOnlyList<OutboundRecord> Records)
{
    /// <summary>The answer without which Salesforce sends a message again, for 24 h.</summary>
    public const string Acknowledgement =
        $"""<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{Soap}"><soapenv:Body><notificationsResponse xmlns="{Outbound}"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>""";

    private const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private const string Outbound = "http://soap.sforce.com/2005/09/outbound";
    private const string Objects = "urn:sobject.enterprise.soap.sforce.com";
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    private const int MaxRecords = 100;

    /// <summary>Salesforce nests seven levels. The reader keeps a level in memory as long as it is open.</summary>
    private const int MaxDepth = 20;

    /// <summary>
    /// The body is anybody's: no document types, so no entities that grow and none that are fetched. It is read as it comes, not into a tree of <c>XElement</c>: the names of
    /// those stay in memory for as long as the process runs.
    /// </summary>
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>The ids of the records of one object, in 18 characters.</summary>
    public IReadOnlyList<string> IdsOf(string type) => [.. Records
        .Where(record => record.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
        .Select(record => SalesforceId.Long(record.Id)).Distinct()];

    /// <summary>Reads a message.</summary>
    /// <exception cref="XmlException">It is not XML, or not an outbound message.</exception>
    public static OutboundMessage Read(byte[] xml)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(xml), Settings);
            return Read(reader);
        }
        catch (Exception encoding) when (encoding is ArgumentException or NotSupportedException)
        {
            throw new XmlException($"The encoding cannot be read: {encoding.Message}", encoding);
        }
    }

    private static OutboundMessage Read(XmlReader reader)
    {
        var (organizationId, records) = ((string?)null, new List<OutboundRecord>());
        reader.MoveToContent();
        Expect(reader, "Envelope", Soap);
        ReadChildren(reader, () => ReadIf(reader, "Body", Soap, () => ReadChildren(reader, () =>
        {
            Expect(reader, "notifications", Outbound);
            ReadChildren(reader, ReadPart);
        })));
        if (reader.MoveToContent() != XmlNodeType.None)
        {
            throw new XmlException("Nothing may follow the envelope.");
        }

        return organizationId is not null && records.Count > 0
            ? new OutboundMessage(organizationId, records)
            : throw new XmlException("The message has no OrganizationId, or no notification.");

        void ReadPart()
        {
            if (reader is { LocalName: "OrganizationId", NamespaceURI: Outbound })
            {
                // Of two, each part of the app might believe another.
                organizationId = organizationId is null ? reader.ReadElementContentAsString() : throw new XmlException("OrganizationId is there twice.");
                return;
            }

            ReadIf(reader, "Notification", Outbound, () => ReadChildren(reader, () => ReadIf(reader, "sObject", Outbound, () => Add(ReadRecord(reader)))));
        }

        void Add(OutboundRecord record)
        {
            records.Add(records.Count < MaxRecords ? record : throw new XmlException($"A message has {MaxRecords} notifications at the most."));
        }
    }

    private static OutboundRecord ReadRecord(XmlReader reader)
    {
        var (type, id) = (TypeOf(reader), (string?)null);
        ReadChildren(reader, () => ReadIf(reader, "Id", Objects, () => id = reader.ReadElementContentAsString()));
        return SalesforceId.IsValid(id) ? new OutboundRecord(type, id!) : throw new XmlException("An sObject has no Id of 15 or 18 letters and digits.");
    }

    /// <summary>The object, from <c>xsi:type="sf:Account"</c>.</summary>
    private static string TypeOf(XmlReader reader) =>
        reader.GetAttribute("type", SchemaInstance)?.Split(':') is [var prefix, var name] && reader.LookupNamespace(prefix) == Objects
            ? name
            : throw new XmlException("An sObject has no xsi:type of Salesforce.");

    private static void Expect(XmlReader reader, string name, string space)
    {
        if (!reader.IsStartElement(name, space))
        {
            throw new XmlException($"The element {name} of {space} is missing.");
        }
    }

    /// <summary>Reads the element that the reader is at if it has this name, or skips it.</summary>
    private static void ReadIf(XmlReader reader, string name, string space, Action read)
    {
        if (reader.IsStartElement(name, space))
        {
            read();
        }
        else
        {
            Skip(reader);
        }
    }

    /// <summary>Reads the elements in the one that the reader is at. There may be nothing else in it.</summary>
    /// <param name="reader">The reader, which is behind the element then.</param>
    /// <param name="readChild">Moves the reader behind a child.</param>
    private static void ReadChildren(XmlReader reader, Action readChild)
    {
        var isEmpty = reader.IsEmptyElement;
        reader.ReadStartElement();
        while (!isEmpty && reader.MoveToContent() == XmlNodeType.Element)
        {
            readChild();
        }

        if (!isEmpty)
        {
            reader.ReadEndElement();
        }
    }

    private static void Skip(XmlReader reader)
    {
        var (depth, isEmpty) = (reader.Depth, reader.IsEmptyElement);
        while (!isEmpty && reader.Read() && reader.Depth > depth)
        {
            if (reader.Depth > MaxDepth)
            {
                throw new XmlException($"The message is nested more than {MaxDepth} deep.");
            }
        }

        reader.Read();
    }
}

/// <summary>A record that an outbound message tells of.</summary>
/// <param name="Type">Its object, such as <c>Account</c>.</param>
/// <param name="Id">Its id, 15 or 18 characters.</param>
internal sealed record OutboundRecord(string Type, string Id);
