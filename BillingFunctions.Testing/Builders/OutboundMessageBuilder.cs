namespace BillingFunctions.Testing.Builders;

/// <summary>Writes outbound messages as Salesforce does, whole or spoiled.</summary>
internal static class OutboundMessageBuilder
{
    public const string Organization = "00D000000000001EAA";
    public const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    public const string Outbound = "http://soap.sforce.com/2005/09/outbound";

    public static string Message(params IEnumerable<string> ids) => Message(ids, Organization);

    /// <param name="ids">The ids of the records.</param>
    /// <param name="organization">The org that it names.</param>
    /// <param name="type">The object of the records.</param>
    /// <param name="outbound">The namespace of the notifications.</param>
    public static string Message(IEnumerable<string> ids, string organization, string type = "Account", string outbound = Outbound) =>
        Envelope($"""
              <notifications xmlns="{outbound}">
               <OrganizationId>{organization}</OrganizationId>
               <ActionId>04k000000000001AAA</ActionId>
               <SessionId xsi:nil="true"/>
               <EnterpriseUrl>https://example.my.salesforce.com/services/Soap/c/66.0/{organization}</EnterpriseUrl>
               <PartnerUrl>https://example.my.salesforce.com/services/Soap/u/66.0/{organization}</PartnerUrl>
               {string.Concat(ids.Select(id => Notification(id, type)))}
              </notifications>
            """);

    public static string Notification(string id, string type = "Account") => $"""
        <Notification>
         <Id>04l000000000001AAA</Id>
         <sObject xsi:type="sf:{type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
          <sf:Id>{id}</sf:Id>
          <sf:Name>Ada &amp; Co &lt;1&gt;</sf:Name>
         </sObject>
        </Notification>
        """;

    public static string Envelope(string body, string prolog = """<?xml version="1.0" encoding="UTF-8"?>""") => $"""
        {prolog}
        <soapenv:Envelope xmlns:soapenv="{Soap}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
         <soapenv:Body>
        {body}
         </soapenv:Body>
        </soapenv:Envelope>
        """;
}
