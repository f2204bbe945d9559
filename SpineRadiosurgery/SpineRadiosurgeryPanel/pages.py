"""The pages in the order of the workflow."""

from .assess_page import AssessPage
from .case_page import CasePage
from .cord_page import CordPage
from .report_page import ReportPage
from .target_page import TargetPage
from .tolerance_page import TolerancePage

PAGES = (CasePage, AssessPage, TargetPage, CordPage, TolerancePage, ReportPage)
